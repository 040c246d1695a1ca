// A [[provider]] of the configuration as sync/server/oidc wants it.
#pragma once

#include "sync/server/config/config.h"
#include "sync/server/oidc/provider_config.h"

namespace sparekey::sync {

/// What is wrong is added to `complaints`, with its line; then nothing comes back.
std::optional<ProviderConfig> provider_config(const ProviderTable& table,
                                              std::vector<Complaint>& complaints);

}  // namespace sparekey::sync
