// ItemState -> Item: what a person sees of a replicated item. Pure.
#pragma once

#include "core/model/item.h"
#include "core/model/item_state.h"

namespace sparekey::core {

/// `revision` is the record's version.
Item view(const ItemState& state, const RecordId& id, std::uint64_t revision);

/// Only a few fields, without copying any secret: for the search index and `find`.
struct Summary {
    ItemType type = ItemType::login;
    std::string title;
    std::string username;
    std::vector<std::string> urls;
    std::vector<std::string> tags;
    bool favorite = false;
    bool deleted = false;
    std::uint64_t created_ms = 0;
    std::uint64_t modified_ms = 0;
    std::size_t conflicts = 0;
};
Summary summarize(const ItemState& state);

/// The elements of one kind in their order: by position, then by age, then by key.
std::vector<const Field*> elements(const ItemState& state, FieldKind kind);
std::vector<std::string> element_names(const ItemState& state, FieldKind kind);
/// The value of a field that is no set's element; empty if it was never set.
std::string_view scalar(const ItemState& state, FieldKind kind);

/// The attachment manifest's text form, as it stands in the state: "ID SIZE SHA256 CHUNKS".
std::string manifest_text(const Attachment& attachment);
std::optional<Attachment> parse_manifest(std::string_view name, std::string_view text);

/// The host of a URL, lower case, without user, port, "www." kept; empty if there is none.
std::string url_host(std::string_view url);

/// How a HOTP seed is named in ItemState::counters: hex of the first 8 bytes of SHA-256 over the
/// `totp` text with any counter parameter left as it is.
std::string counter_name(std::string_view totp);
/// The counter in force for the item's `totp`, or nothing if none was ever stored.
std::optional<std::uint64_t> hotp_counter(const ItemState& state);

}  // namespace sparekey::core
