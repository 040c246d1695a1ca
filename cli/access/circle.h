// Whether opening the vault needs something that only the vault holds: its own spare key kept in
// it, or logins at its server that are all shut once it is lost (docs/LOCKOUT.md).
#pragma once

#include "cli/access/vault_access.h"
#include "core/lockout/graph.h"
#include "storage/folder/opened_folder.h"

namespace sparekey::cli {

/// Names the item that closes the circle.
core::Result<Check> check_circle(storage::OpenedFolder& folder, core::Vault& vault);

/// The items that hold the identities linked at the server, if without the vault each of those is
/// closed; empty if one is not, or if none is linked.
std::vector<core::Node> circle_of_logins(const core::Graph& graph,
                                         const std::vector<core::LinkedIdentity>& linked);

}  // namespace sparekey::cli
