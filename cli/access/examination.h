// What `doctor` asks of whoever holds the vault: memory, rollback, clock, database, and whether
// opening the vault needs something that only the vault holds.
#pragma once

#include "cli/access/vault_access.h"
#include "storage/folder/opened_folder.h"

namespace sparekey::cli {

/// ErrorCode::integrity at the first record, page or index entry that is not as it was written.
core::Result<std::vector<Check>> examine_vault(storage::OpenedFolder& folder, core::Vault& vault,
                                               const ImportProgress& progress);

/// Keys never reach the swap. Of the database's memory too, once it was looked through.
Check check_memory();

/// No core dump of this process, and no look into it by other programs of the user.
Check check_core_dumps();

/// When an item was last changed, in ms since 1970; 0 without items.
std::uint64_t latest_change(core::RecordStore& store);

}  // namespace sparekey::cli
