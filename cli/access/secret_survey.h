// Every secret of a vault, for whoever looks where else they stand (`scan`): read in one pass over
// the records, in pieces, so that nobody waits long for an agent meanwhile.
#pragma once

#include "cli/access/vault_access.h"
#include "storage/store/item_reader.h"

namespace sparekey::cli {

class SecretSurvey {
  public:
    SecretSurvey(core::Vault& vault, storage::VaultStore& store);

    /// One piece, some milliseconds, which may have no secret. ErrorCode::conflict if the vault was
    /// changed since the first: what was told may be out of date.
    core::Result<VaultSecrets> next();

  private:
    core::Result<void> read_items(VaultSecrets& found);
    core::Result<void> read_histories(VaultSecrets& found);
    core::Result<void> read_history(const core::RecordId& item, VaultSecrets& found);

    core::Vault& vault_;
    storage::VaultStore& store_;
    storage::StoreHead head_;
    storage::ItemReader reader_;
    bool items_read_ = false;
    std::vector<core::RecordId> with_history_;  // still to be read
};

}  // namespace sparekey::cli
