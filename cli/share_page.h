// Shares of a recovery code for paper: a sheet each, which says to whoever finds it what it is.
#pragma once

#include "core/base/result.h"
#include "core/model/ids.h"
#include "core/vault/kit_share.h"

#include <string>
#include <vector>

namespace sparekey::cli {

struct ShareSheets {
    std::string vault_name;
    core::VaultId vault;
    std::uint64_t made_ms = 0;
};

/// Writes one HTML page into a new file, 0600. ErrorCode::conflict if the file exists.
core::Result<void> write_share_page(const ShareSheets& about,
                                    const std::vector<core::KitShare>& shares,
                                    const std::string& path);

}  // namespace sparekey::cli
