// The history of imported items: our own is written as it was, a foreign one without repetition.
#include "cli/commands/importer.h"
#include "core/crypto/hash.h"

#include <algorithm>
#include <set>

namespace sparekey::cli {
namespace {

/// What two values of a field have in common when they are the same: of an attachment its data, not
/// where that lies.
core::Hash digest_of_value(const core::FieldKey& key, const core::Value& value,
                           const std::optional<core::SecretBytes>& data) {
    if (data) return core::sha256(data->expose());
    if (key.kind == core::FieldKind::attachment) {
        const auto manifest = core::parse_manifest(key.name, value.text.expose());
        if (manifest) return manifest->sha256;
    }
    return core::sha256(core::bytes_of(value.text.expose()));
}

}  // namespace

/// By a clock that ran ahead; as it is, it would push what is real out of `history.keep`.
core::Stamp Importer::stamp_for(const ImportedValue& value, std::uint32_t counter) const {
    if (value.at_ms <= now_ms_) {
        return {{value.at_ms, value.counter.value_or(counter)},
                value.device.value_or(vault_.device())};
    }
    return {{now_ms_, counter}, value.device.value_or(vault_.device())};
}

core::Result<core::HistoryEntry> Importer::entry_for(const core::RecordId& id,
                                                     const ImportedValue& value,
                                                     std::uint32_t counter) {
    core::HistoryEntry entry{id, value.key, {}};
    entry.dot.stamp = stamp_for(value, counter);
    // It may be here already, as it was told.
    const core::Stamp told{{std::min(value.at_ms, core::kLatestTimeMs), value.counter.value_or(0)},
                           value.device.value_or(vault_.device())};
    const bool here = vault_.store().contains(vault_.sealer().history_id(id, entry.key, told));
    if (value.at_ms > now_ms_ && here) entry.dot.stamp = told;
    entry.dot.value = value.value.clone();
    SPAREKEY_CHECK(core::check_text(core::field_label(value.key), value.value.text.expose()));
    const auto record = vault_.sealer().history_id(id, entry.key, entry.dot.stamp);
    if (value.data && !vault_.store().contains(record)) {
        SPAREKEY_TRY(const core::Attachment written,
                     write_attachment(id, value.key.name, value.data->expose()));
        entry.dot.value.text = core::SecretText::copy_of(core::manifest_text(written));
    }
    return entry;
}

/// Newest first in the file; counters keep that order among entries of the same millisecond.
core::Result<void> Importer::write_history(const core::RecordId& id, const ImportedItem& item) {
    auto counter = static_cast<std::uint32_t>(item.history.size());
    for (const ImportedValue& value : item.history) {
        SPAREKEY_TRY(const core::HistoryEntry entry, entry_for(id, value, --counter));
        SPAREKEY_CHECK(writer_.write_history(entry));
    }
    return {};
}

/// Of a foreign history only the values that the item does not know yet.
core::Result<void> Importer::write_new_history(const core::RecordId& id, ImportedItem& item,
                                               const core::ItemState& before,
                                               const core::ItemState& after) {
    if (item.history.empty()) return {};
    std::set<std::pair<core::FieldKey, core::Hash>> known;
    const auto learn = [&](const core::FieldKey& key, const core::Value& value,
                           const std::optional<core::SecretBytes>& data = {}) {
        return known.emplace(key, digest_of_value(key, value, data)).second;
    };
    for (const core::ItemState* const state : {&before, &after}) {
        for (const core::Field& field : state->fields) {
            for (const core::Dot& dot : field.dots) learn(field.key, dot.value);
        }
    }
    for (const auto& child : vault_.store().children(id, core::RecordType::history)) {
        SPAREKEY_TRY(const core::Record record, vault_.store().load(child.id));
        SPAREKEY_TRY(const core::RecordBody body, vault_.sealer().open(record));
        SPAREKEY_TRY(const auto entry, core::decode_history_entry(body.expose()));
        learn(entry.key, entry.dot.value);
    }
    auto counter = static_cast<std::uint32_t>(item.history.size());
    for (const ImportedValue& value : item.history) {
        --counter;
        if (!learn(value.key, value.value, value.data)) continue;
        SPAREKEY_TRY(const core::HistoryEntry entry, entry_for(id, value, counter));
        SPAREKEY_CHECK(writer_.write_history(entry));
    }
    return {};
}

}  // namespace sparekey::cli
