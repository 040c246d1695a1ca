// One entry of KeePass's XML. Private to cli/formats: it shows pugixml.
#pragma once

#include "cli/formats/import.h"

#include <pugixml.hpp>

#include <set>

namespace sparekey::cli {

inline constexpr int kDeepestGroup = 64;

struct KeepassString {
    std::string key;
    core::SecretText value;
    bool hidden = false;  // protected in memory
};
using KeepassStrings = std::vector<KeepassString>;

/// What an export's entries share.
struct KeepassFile {
    std::map<std::string, pugi::xml_node> binaries;  // by ID
    bool had_nul = false;  // references to NUL, which now are references to U+0001
};

bool is_true(std::string_view text);
/// All text of a node: CDATA and comments divide it.
core::SecretText keepass_text(const pugi::xml_node& node);
std::string keepass_name(const pugi::xml_node& parent, const char* child);

/// Where the data of an entry's attachment stands: in it or in the file's pool; empty if the file
/// only names it.
pugi::xml_node keepass_content(const pugi::xml_node& binary, const KeepassFile& file);
/// ErrorCode::usage for what is not base64 or gzip, or unpacks to more than 256 MiB.
core::Result<core::SecretBytes> keepass_data(const pugi::xml_node& content);
/// An entry may name what others name too, so a small file can stand for very much:
/// ErrorCode::usage for more than 1 GiB in all or 1,000 attachments in an entry, before anything is
/// kept of it.
core::Result<void> check_keepass_data(const pugi::xml_node& root_group, const KeepassFile& file);

/// The one-time code among an entry's strings, as one text that core/otp reads.
struct KeepassOtp {
    core::SecretText text;             // empty if there is none
    std::set<std::string> consumed;    // the keys that are in it; the others stay fields
    std::vector<std::string> reasons;  // why others are not
};
KeepassOtp keepass_otp(const KeepassStrings& strings);
/// Whether the key belongs to one of the ways in which one-time codes are kept.
bool is_keepass_otp(std::string_view key);

/// `group` is the path that becomes a tag. ErrorCode::usage for what cannot be read.
core::Result<void> read_keepass_entry(const pugi::xml_node& entry, const std::string& group,
                                      const KeepassFile& file, ImportedItem& item,
                                      ImportNotes& notes);

}  // namespace sparekey::cli
