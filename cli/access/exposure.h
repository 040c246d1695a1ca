// What somebody who had a device of this account could read on it: the items that hold a secret.
#pragma once

#include "core/replica/exposure.h"
#include "core/vault/vault.h"

namespace sparekey::cli {

/// A password, seed, recovery code, secret field, note or attachment; what lies in the trash too.
bool holds_secret(const core::Item& item);

/// By title. ErrorCode::integrity.
core::Result<std::vector<core::ExposedItem>> exposed_items(core::Vault& vault);
/// The items of `ids` that are still here, by title; a title that cannot be read is empty.
std::vector<core::ExposedItem> shown_items(core::Vault& vault,
                                           const std::vector<core::RecordId>& ids);

}  // namespace sparekey::cli
