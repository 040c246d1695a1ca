#include "cli/commands/imported_conflicts.h"

#include "cli/commands/importer.h"
#include "core/crypto/hash.h"

#include <algorithm>
#include <map>

namespace sparekey::cli {
namespace {

core::Field* find_field(core::ItemState& state, const core::FieldKey& key) {
    const auto at = std::find_if(state.fields.begin(), state.fields.end(),
                                 [&](const core::Field& field) { return field.key == key; });
    return at == state.fields.end() ? nullptr : &*at;
}

/// Each value that the register has is in the file.
bool is_known(const core::FieldKey& key, const core::Register& dots, const ImportedItem& item) {
    return std::all_of(dots.begin(), dots.end(), [&](const core::Dot& dot) {
        return std::any_of(item.conflicting.begin(), item.conflicting.end(),
                           [&](const ImportedValue& one) {
                               return one.key == key && is_same(key, dot.value, one);
                           });
    });
}

/// `shown` stays the newest, whatever the others say of themselves.
void settle(core::Field& field, core::Dot shown, core::Context& context) {
    core::Register& others = field.dots;
    std::sort(others.begin(), others.end(), core::comes_before);
    const auto twice = [](const core::Dot& left, const core::Dot& right) {
        return core::identical(left, right);
    };
    others.erase(std::unique(others.begin(), others.end(), twice), others.end());
    if (!others.empty() && !(others.back().stamp < shown.stamp)) {
        shown.stamp.at = core::next_instant(0, context.highest());
        context.add(shown.stamp);
    }
    others.push_back(std::move(shown));
}

}  // namespace

bool is_same(const core::FieldKey& key, const core::Value& stored, const ImportedValue& imported) {
    if (key.kind != core::FieldKind::attachment || !imported.data) {
        return core::same_value(stored, imported.value);
    }
    const auto manifest = core::parse_manifest(key.name, stored.text.expose());
    return manifest && manifest->sha256 == core::sha256(imported.data->expose());
}

void keep_conflicts(const ImportedItem& item, const core::ItemState& present,
                    core::MergeResult& changed) {
    for (const ImportedValue& one : item.conflicting) {
        const core::Register* const ours = present.find(one.key);
        core::Field* const now = find_field(changed.state, one.key);
        const bool kept =
            ours != nullptr && now != nullptr && ours->size() > 1 &&
            core::same_value(core::shown(*ours).value, core::shown(now->dots).value) &&
            is_known(one.key, *ours, item);
        if (!kept) continue;
        now->dots.clear();
        for (const core::Dot& dot : *ours) now->dots.push_back(dot.clone());
        std::erase_if(changed.dropped,
                      [&](const core::Dropped& value) { return value.key == one.key; });
    }
}

/// Makes a new item's registers those that the file describes.
core::Result<void> Importer::add_conflicts(const core::RecordId& id, const ImportedItem& item,
                                           core::ItemState& state) {
    struct Shown {
        core::Dot dot;
        bool is_told = false;  // its own stamp was in the file
    };
    std::map<core::FieldKey, Shown> shown;
    auto counter = static_cast<std::uint32_t>(item.conflicting.size());
    for (const ImportedValue& one : item.conflicting) {
        --counter;
        core::Field* const field = find_field(state, one.key);
        if (field == nullptr) {
            return core::unexpected(core::ErrorCode::usage,
                                    "a conflict is of a field that the item does not have");
        }
        if (shown.count(one.key) == 0) {
            shown.emplace(one.key, Shown{std::move(field->dots.front())});
            field->dots.clear();
        }
        Shown& current = shown.at(one.key);
        // The newest of that value; others of it are dots of their own.
        if (!current.is_told && is_same(one.key, current.dot.value, one)) {
            current.is_told = true;
            current.dot.stamp = stamp_for(one, counter);
            state.context.add(current.dot.stamp);
            continue;
        }
        SPAREKEY_TRY(core::HistoryEntry entry, entry_for(id, one, counter));
        state.context.add(entry.dot.stamp);
        field->dots.push_back(std::move(entry.dot));
    }
    for (auto& [key, current] : shown) {
        settle(*find_field(state, key), std::move(current.dot), state.context);
    }
    return {};
}

}  // namespace sparekey::cli
