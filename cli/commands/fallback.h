// `add --fallback-for ITEM`: a spare way into an account that one signs in to with somebody else's
// login. It becomes the item's own: user name and password, or recovery codes.
#pragma once

#include "cli/session.h"

namespace sparekey::cli {

/// Stores the spare and prints the item's id. ErrorCode::conflict if the item has a password of its
/// own already, ErrorCode::usage for an item that nobody signs in to.
core::Result<void> add_fallback(Session& session, VaultAccess& access, const Arguments& arguments);

}  // namespace sparekey::cli
