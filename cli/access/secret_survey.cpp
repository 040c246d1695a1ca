#include "cli/access/secret_survey.h"

#include "core/vault/history.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using core::FieldKey;
using core::RecordId;

constexpr std::size_t kHistoriesAtOnce = 16;

/// Passwords, seeds, recovery codes and secret fields; notes are prose.
bool is_looked_for(const FieldKey& key, const core::Value& value) {
    return key.kind != core::FieldKind::notes && core::is_secret(key, value) && !value.text.empty();
}

void add(const RecordId& id, const FieldKey& key, const core::Value& value, Age age,
         VaultSecrets& found) {
    if (!is_looked_for(key, value)) return;
    const auto form =
        key.kind == core::FieldKind::totp ? core::SecretForm::seed : core::SecretForm::text;
    found.secrets.push_back({id, core::field_label(key), form, age, value.text.clone()});
}

/// Whether the item has the value now: then it is no former one.
bool is_in_force(const core::ItemState& state, const core::SecretText& text) {
    for (const core::Field& field : state.fields) {
        for (const core::Dot& dot : field.dots) {
            if (dot.value.text.expose() == text.expose()) return true;
        }
    }
    return false;
}

}  // namespace

SecretSurvey::SecretSurvey(core::Vault& vault, storage::VaultStore& store)
    : vault_(vault), store_(store), head_(store.head()), reader_(store) {}

core::Result<VaultSecrets> SecretSurvey::next() {
    if (store_.head() != head_) {
        return core::unexpected(core::ErrorCode::conflict, "the vault was changed meanwhile");
    }
    VaultSecrets found;
    if (!items_read_) {
        SPAREKEY_CHECK(read_items(found));
    } else {
        SPAREKEY_CHECK(read_histories(found));
    }
    found.is_last = items_read_ && with_history_.empty();
    return found;
}

core::Result<void> SecretSurvey::read_items(VaultSecrets& found) {
    const auto visit = [&](const core::Record& record) -> core::Result<void> {
        SPAREKEY_TRY(const core::ItemState state, vault_.state(record));
        for (const core::Field& field : state.fields) {
            for (const core::Dot& dot : field.dots) {
                add(record.id, field.key, dot.value, Age::current, found);
            }
        }
        return {};
    };
    SPAREKEY_TRY(items_read_, reader_.step([] {}, visit));
    if (items_read_) with_history_ = store_.parents_of(core::RecordType::history);
    return {};
}

core::Result<void> SecretSurvey::read_histories(VaultSecrets& found) {
    for (std::size_t left = kHistoriesAtOnce; left > 0 && !with_history_.empty(); --left) {
        const RecordId item = with_history_.back();
        with_history_.pop_back();
        SPAREKEY_CHECK(read_history(item, found));
    }
    return {};
}

core::Result<void> SecretSurvey::read_history(const RecordId& item, VaultSecrets& found) {
    SPAREKEY_TRY(const core::ItemState state, vault_.state(item));
    SPAREKEY_TRY(const auto history, core::read_history(vault_.sealer(), store_, item));
    for (const core::StoredHistory& one : history) {
        const core::Value& value = one.entry.dot.value;
        if (!is_in_force(state, value.text)) add(item, one.entry.key, value, Age::former, found);
    }
    return {};
}

}  // namespace sparekey::cli
