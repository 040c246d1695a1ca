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

namespace {

void sort_by_title(std::vector<core::ExposedItem>& items) {
    std::ranges::sort(items, std::less<>(), &core::ExposedItem::title);
}

}  // namespace

core::Result<std::vector<core::ExposedItem>> exposed_items(core::Vault& vault) {
    std::vector<core::RecordId> ids;
    vault.store().each_index_row(core::Shelf::both, [&](const core::IndexRow& row) {
        ids.push_back(row.id);
        return true;
    });
    std::vector<core::ExposedItem> exposed;
    for (const core::RecordId& id : ids) {
        SPAREKEY_TRY(core::Item item, vault.item(id));
        if (holds_secret(item)) exposed.push_back({id, std::move(item.title)});
    }
    sort_by_title(exposed);
    return exposed;
}

std::vector<core::ExposedItem> shown_items(core::Vault& vault,
                                           const std::vector<core::RecordId>& ids) {
    std::vector<core::ExposedItem> shown;
    for (const core::RecordId& id : ids) {
        if (!vault.store().contains(id)) continue;
        auto item = vault.item(id);
        shown.push_back({id, item ? std::move(item->title) : std::string()});
    }
    sort_by_title(shown);
    return shown;
}

}  // namespace sparekey::cli
