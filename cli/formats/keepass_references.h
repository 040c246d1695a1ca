// KeePass's field references: a value that stands in another entry. Private to cli/formats: it
// shows pugixml.
//
// "{REF:P@I:46C9B1FFBD4ABC4BBB260C6190BAD20C}" is the password of the entry with that UUID.
// References by anything but the UUID depend on what is found first, and are left alone.
#pragma once

#include "core/secret/secret_bytes.h"

#include <pugixml.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sparekey::cli {

class KeepassReferences {
  public:
    /// Of the entries below this group.
    explicit KeepassReferences(const pugi::xml_node& root_group) { add_group(root_group, 0); }

    static bool has_reference(std::string_view text);
    /// The text with the values that it refers to; nothing if one of its references leads nowhere,
    /// is no such one, or makes it longer than a value may be. An export is given 16 MiB of them: a
    /// small file could otherwise stand for very much.
    std::optional<core::SecretText> resolve(std::string_view text);

  private:
    struct Stored {
        pugi::xml_node value;
        std::size_t size = 0;  // in bytes
    };
    using Fields = std::array<Stored, 5>;  // in the order of kKeys
    struct Reference {
        std::size_t field = 0;
        std::string uuid;  // as in `entries_`
    };

    static std::optional<Reference> parse(std::string_view text);
    void add_group(const pugi::xml_node& group, int depth);
    std::optional<core::SecretText> follow(Reference reference);

    std::map<std::string, Fields> entries_;  // by the UUID in lower-case hex
    std::size_t left_ = std::size_t{16} << 20;
};

}  // namespace sparekey::cli
