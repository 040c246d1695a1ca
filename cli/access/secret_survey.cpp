#include "cli/access/secret_survey.h"

#include "core/vault/history.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

using core::FieldKey;
using core::RecordId;

constexpr std::size_t kMostBytes = std::size_t{16} << 20;  // of one answer, but for one item's

/// Passwords, seeds, recovery codes and secret fields; notes are prose.
bool is_looked_for(const FieldKey& key, const core::Value& value) {
    return key.kind != core::FieldKind::notes && core::is_secret(key, value) && !value.text.empty();
}

class Survey {
  public:
    explicit Survey(core::Vault& vault) : vault_(vault) {}

    core::Result<void> add_item(const RecordId& id) {
        const std::size_t first = found_.secrets.size();
        auto state = vault_.state(id);
        // Gone since it was listed.
        if (!state && state.error().code == core::ErrorCode::not_found) return {};
        if (!state) return core::unexpected(state.error());
        for (const core::Field& field : state->fields) {
            for (const core::Dot& dot : field.dots) add(id, field.key, dot.value, Age::current);
        }
        SPAREKEY_TRY(const auto history, core::read_history(vault_.sealer(), vault_.store(), id));
        const std::size_t end = found_.secrets.size();
        for (const core::StoredHistory& one : history) {
            if (!is_among(one.entry.dot.value.text, first, end)) {
                add(id, one.entry.key, one.entry.dot.value, Age::former);
            }
        }
        return {};
    }
    std::size_t bytes() const { return bytes_; }
    VaultSecrets take(std::size_t items) && {
        found_.items = static_cast<std::uint32_t>(items);
        return std::move(found_);
    }

  private:
    void add(const RecordId& id, const FieldKey& key, const core::Value& value, Age age) {
        if (!is_looked_for(key, value)) return;
        const auto form =
            key.kind == core::FieldKind::totp ? core::SecretForm::seed : core::SecretForm::text;
        bytes_ += value.text.size();
        found_.secrets.push_back({id, core::field_label(key), form, age, value.text.clone()});
    }
    /// A value that came back is not a former one.
    bool is_among(const core::SecretText& text, std::size_t first, std::size_t end) const {
        return std::any_of(
            found_.secrets.begin() + static_cast<std::ptrdiff_t>(first),
            found_.secrets.begin() + static_cast<std::ptrdiff_t>(end),
            [&](const VaultSecret& one) { return one.value.expose() == text.expose(); });
    }

    core::Vault& vault_;
    VaultSecrets found_;
    std::size_t bytes_ = 0;
};

}  // namespace

core::Result<VaultSecrets> survey_secrets(core::Vault& vault, const std::vector<RecordId>& ids) {
    Survey survey(vault);
    std::size_t done = 0;
    while (done < ids.size() && survey.bytes() < kMostBytes) {
        SPAREKEY_CHECK(survey.add_item(ids[done++]));
    }
    return std::move(survey).take(done);
}

}  // namespace sparekey::cli
