// One entry of KeePass's XML. Private to cli/formats: it shows pugixml.
#pragma once

#include "cli/formats/import.h"
#include "cli/formats/keepass_references.h"

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
    KeepassReferences references;
    bool had_nul = false;  // character references to NUL, which now are ones to U+0001
};

/// What an entry has of the groups that it is in.
struct KeepassGroup {
    std::string path;               // a tag too, unless it is empty
    std::vector<std::string> tags;  // of the groups themselves
};

bool is_true(std::string_view text);
/// All text of a node: CDATA and comments divide it.
core::SecretText keepass_text(const pugi::xml_node& node);
std::string keepass_name(const pugi::xml_node& parent, const char* child);
/// Of an entry or a group.
std::vector<std::string> keepass_tags(const pugi::xml_node& parent);
/// In ms; 0 if there is none, or, noted, none that is a time.
std::uint64_t keepass_time(const pugi::xml_node& times, const char* child, ImportNotes& notes);

/// Where the data of an entry's attachment stands: in it or in the file's pool; empty if the file
/// only names it.
pugi::xml_node keepass_content(const pugi::xml_node& binary, const KeepassFile& file);
/// ErrorCode::usage for what is not base64 or gzip, or unpacks to more than 256 MiB.
core::Result<core::SecretBytes> keepass_data(const pugi::xml_node& content);
/// The same, naming the item, and refusing what is still encrypted.
core::Result<core::SecretBytes> keepass_plain_data(const pugi::xml_node& content,
                                                   const ImportedItem& item);
/// The attachments of a version that the next newer one does not have, or has with other data.
std::vector<pugi::xml_node> keepass_replaced(const pugi::xml_node& old,
                                             const pugi::xml_node& newer);
/// An entry's old versions, newest first.
std::vector<pugi::xml_node> keepass_versions(const pugi::xml_node& entry);
/// An entry may name what others name too, so a small file can stand for very much:
/// ErrorCode::usage for more than 1 GiB in all or 1,000 attachments in an entry, before anything is
/// kept of it.
core::Result<void> check_keepass_data(const pugi::xml_node& root_group, const KeepassFile& file);

/// The one-time code among an entry's strings, as one text that core/otp reads.
struct KeepassOtp {
    core::SecretText text;           // empty if there is none
    std::set<std::string> consumed;  // the keys that are in it; the others stay fields
    std::vector<std::pair<std::string, std::string>> reasons;  // of other keys, why they are not
};
KeepassOtp keepass_otp(const KeepassStrings& strings);
/// Whether the key belongs to one of the ways in which one-time codes are kept.
bool is_keepass_otp(std::string_view key);

/// An entry or an old version of one, as an item without history and attachments.
core::Result<core::ItemPatch> keepass_patch(const pugi::xml_node& entry, const KeepassGroup& group,
                                            KeepassFile& file, const ImportedItem& item,
                                            ImportNotes& notes);
/// `item` has the entry's patch already.
core::Result<void> read_keepass_history(const pugi::xml_node& entry, KeepassFile& file,
                                        ImportedItem& item, ImportNotes& notes);
/// ErrorCode::usage for what cannot be read.
core::Result<void> read_keepass_entry(const pugi::xml_node& entry, const KeepassGroup& group,
                                      KeepassFile& file, ImportedItem& item, ImportNotes& notes);

}  // namespace sparekey::cli
