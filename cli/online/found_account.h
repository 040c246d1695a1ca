// `login` with a vault: it makes an account of it, or comes back to the one that it has.
#pragma once

#include "cli/online/network.h"

namespace sparekey::cli::online {

/// The account. ErrorCode::conflict if the login opens another vault's, or the vault has one at
/// another server; ErrorCode::refused if the login may make none.
core::Result<core::VaultId> log_in_with_vault(Session& session, const Arguments& arguments,
                                              const Server& server);

}  // namespace sparekey::cli::online
