// The old versions of a KeePass entry: what differs in the next newer one is history.
#include "cli/formats/keepass_entry.h"
#include "core/crypto/hash.h"
#include "core/merge/edit.h"
#include "core/text/unicode.h"

namespace sparekey::cli {
namespace {

using pugi::xml_node;

void add_replaced(const core::ItemState& old, const core::ItemState& newer, std::uint64_t at_ms,
                  std::vector<ImportedValue>& history) {
    for (const core::Field& field : old.fields) {
        const core::Value& value = core::shown(field.dots).value;
        const core::Register* const next = newer.find(field.key);
        if (next != nullptr && core::same_value(core::shown(*next).value, value)) continue;
        history.push_back({field.key, value.clone(), at_ms});
    }
}

core::Result<void> add_replaced_files(const xml_node& old, const xml_node& newer,
                                      std::uint64_t at_ms, const KeepassFile& file,
                                      ImportedItem& item, ImportNotes& notes) {
    for (const xml_node& binary : keepass_replaced(old, newer)) {
        const std::string name = keepass_name(binary, "Key");
        const xml_node content = keepass_content(binary, file);
        if (content.empty()) {
            notes.skipped.push_back({item.where, "the history names the attachment \"" +
                                                     core::printable(name) +
                                                     "\" without its data"});
            continue;
        }
        SPAREKEY_TRY(core::SecretBytes data, keepass_plain_data(content, item));
        ImportedValue value{{core::FieldKind::attachment, name, 0}, {}, at_ms};
        value.data = std::move(data);
        item.history.push_back(std::move(value));
    }
    return {};
}

/// The item that a version is by itself.
core::Result<core::ItemState> state_of(const core::ItemPatch& patch) {
    SPAREKEY_TRY(core::MergeResult made, core::create_item(patch, {1, core::DeviceId{}}));
    return std::move(made.state);
}

/// Of the same data, as far as can be seen without unpacking it.
std::string identity_of_data(const xml_node& binary) {
    const xml_node value = binary.child("Value");
    const std::string pool_id = value.attribute("Ref").value();
    if (!pool_id.empty()) return "in the pool: " + pool_id;
    return core::to_hex(core::sha256(core::bytes_of(keepass_text(value).expose())));
}

}  // namespace

std::vector<xml_node> keepass_versions(const xml_node& entry) {
    std::vector<xml_node> versions;
    for (const xml_node& old : entry.child("History").children("Entry")) versions.push_back(old);
    return {versions.rbegin(), versions.rend()};
}

std::vector<xml_node> keepass_replaced(const xml_node& old, const xml_node& newer) {
    std::vector<xml_node> replaced;
    if (old.child("Binary").empty()) return replaced;
    std::set<std::pair<std::string, std::string>> kept;
    for (const xml_node& binary : newer.children("Binary")) {
        kept.emplace(keepass_name(binary, "Key"), identity_of_data(binary));
    }
    for (const xml_node& binary : old.children("Binary")) {
        const bool is_kept =
            kept.count({keepass_name(binary, "Key"), identity_of_data(binary)}) != 0;
        if (!is_kept) replaced.push_back(binary);
    }
    return replaced;
}

core::Result<void> read_keepass_history(const xml_node& entry, KeepassFile& file,
                                        ImportedItem& item, ImportNotes& notes) {
    const std::vector<xml_node> versions = keepass_versions(entry);
    if (versions.empty()) return {};
    auto newer = state_of(item.patch);
    xml_node newer_entry = entry;
    for (const xml_node& old : versions) {
        ImportNotes of_old;  // how a version's values are kept is nothing new
        SPAREKEY_TRY(const core::ItemPatch patch, keepass_patch(old, {}, file, item, of_old));
        const std::uint64_t at_ms = keepass_time(old.child("Times"), "LastModificationTime", notes);
        auto state = state_of(patch);
        if (!state || !newer) {
            notes.skipped.push_back({item.where, "an old version is too large for the history"});
        } else {
            add_replaced(*state, *newer, at_ms, item.history);
        }
        SPAREKEY_CHECK(add_replaced_files(old, newer_entry, at_ms, file, item, notes));
        newer = std::move(state);
        newer_entry = old;
    }
    return {};
}

}  // namespace sparekey::cli
