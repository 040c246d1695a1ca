// The SSH key of an item: made, read from a file, or written into its fields by hand.
#pragma once

#include "cli/session.h"
#include "core/model/item.h"

namespace sparekey::cli {

/// Brings `patch`, of an ssh-key item, what --generate and --private-key ask for, and the fields
/// that follow from a private key. ErrorCode::usage for a key that cannot be read, or for two at
/// once.
core::Result<void> apply_ssh_key(Session& session, const Arguments& arguments,
                                 const core::Item& current, core::ItemPatch& patch);

}  // namespace sparekey::cli
