#include "cli/access/exposure.h"

#include <algorithm>

namespace sparekey::cli {

bool holds_secret(const core::Item& item) {
    const bool has_secret_field = std::any_of(
        item.fields.begin(), item.fields.end(),
        [](const core::CustomField& field) { return field.secret && !field.value.empty(); });
    return !item.password.empty() || !item.totp.empty() || !item.notes.empty() ||
           !item.recovery_codes.empty() || !item.attachments.empty() || has_secret_field;
}

core::Result<std::vector<ExposedItem>> exposed_items(core::Vault& vault) {
    std::vector<core::RecordId> ids;
    vault.store().each_index_row(core::Shelf::both, [&](const core::IndexRow& row) {
        ids.push_back(row.id);
        return true;
    });
    std::vector<ExposedItem> exposed;
    for (const core::RecordId& id : ids) {
        SPAREKEY_TRY(core::Item item, vault.item(id));
        if (holds_secret(item)) exposed.push_back({id, std::move(item.title)});
    }
    std::sort(
        exposed.begin(), exposed.end(),
        [](const ExposedItem& left, const ExposedItem& right) { return left.title < right.title; });
    return exposed;
}

}  // namespace sparekey::cli
