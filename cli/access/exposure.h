// What somebody who had a device of this account could read on it: the items that hold a secret.
#pragma once

#include "core/vault/vault.h"

namespace sparekey::cli {

struct ExposedItem {
    core::RecordId id;
    std::string title;
};

/// A password, seed, recovery code, secret field, note or attachment; what lies in the trash too.
bool holds_secret(const core::Item& item);

/// By title. ErrorCode::integrity.
core::Result<std::vector<ExposedItem>> exposed_items(core::Vault& vault);

}  // namespace sparekey::cli
