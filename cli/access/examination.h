// What `doctor` asks of whoever holds the vault: memory, rollback, clock, database, and whether
// opening the vault needs something that only the vault holds.
#pragma once

#include "cli/access/circle.h"
#include "storage/store/record_check.h"

namespace sparekey::cli {

/// In pieces (cli/access/surveys.h): the first looks at the file's pages and its index, the next
/// ones open the records. Of a vault that is changed meanwhile the items are read anew.
class Examination {
  public:
    Examination(storage::OpenedFolder& folder, core::Vault& vault);

    /// ErrorCode::integrity at the first record, page or index entry that is not as it was written.
    core::Result<ExaminationPiece> next();

  private:
    core::Result<std::vector<Check>> checks();

    storage::OpenedFolder& folder_;
    core::Vault& vault_;
    OwnCodeSearch codes_;
    storage::RecordCheck records_;
    bool is_file_whole_ = false;
};

/// Keys never reach the swap. Of the database's memory too, once it was looked through.
Check check_memory();

/// No core dump of this process, and no look into it by other programs of the user.
Check check_core_dumps();

/// When an item was last changed, in ms since 1970; 0 without items.
std::uint64_t latest_change(core::RecordStore& store);

}  // namespace sparekey::cli
