// Whether opening the vault needs something that only the vault holds: its own spare key kept in
// it, or logins at its server that are all shut once it is lost (docs/LOCKOUT.md).
#pragma once

#include "cli/access/vault_access.h"
#include "core/lockout/graph.h"
#include "storage/folder/opened_folder.h"

namespace sparekey::cli {

/// Looks for the codes on this vault's Emergency Kit in its items, as they are read.
class OwnCodeSearch {
  public:
    OwnCodeSearch(storage::OpenedFolder& folder, const core::Vault& vault);

    void look_into(const core::Item& item);
    /// The title of the first item that is not in the trash and holds one.
    const std::optional<std::string>& holder() const { return holder_; }
    void forget() { holder_.reset(); }

  private:
    /// One of them in any spelling, or somewhere in the text as it is printed.
    bool are_in(std::string_view text) const;
    bool are_in(const core::Item& item) const;

    const core::Keyring& keys_;
    core::SecretText secret_key_;
    core::SecretText recovery_code_;
    std::optional<std::string> holder_;
};

/// Names the item that closes the circle; `with_code` is that of an OwnCodeSearch.
core::Result<Check> check_circle(storage::OpenedFolder& folder, core::Vault& vault,
                                 const std::optional<std::string>& with_code);

/// The items that hold the identities linked at the server, if without the vault each of those is
/// closed; empty if one is not, or if none is linked.
std::vector<core::Node> circle_of_logins(const core::Graph& graph,
                                         const std::vector<core::LinkedIdentity>& linked);

}  // namespace sparekey::cli
