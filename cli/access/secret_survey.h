// Every secret of some items, for whoever looks where else they stand (`scan`).
#pragma once

#include "cli/access/vault_access.h"

namespace sparekey::cli {

/// As VaultAccess::secrets().
core::Result<VaultSecrets> survey_secrets(core::Vault& vault,
                                          const std::vector<core::RecordId>& ids);

}  // namespace sparekey::cli
