// Syncing while the agent has the vault open ([sync] background): one process a vault, which ends
// with the lock.
//
// What it has to say it writes to `background-sync` in the vault's state folder, since it has no
// terminal: nothing, or one line that `status` shows. It holds that file's lock while it runs.
#pragma once

#include "cli/agent/connection.h"
#include "storage/folder/opened_folder.h"

namespace sparekey::cli {

/// Starts it; one that runs already stays the only one. Nothing is waited for or told.
void start_background_sync(const std::string& vault_name);

/// What keeps it from syncing, as it said last; empty: nothing.
std::string background_trouble(const storage::FolderPaths& paths);

/// For the process that syncs: the right to be the one that does.
class BackgroundTurn {
  public:
    /// Nothing if another does and goes on to: one that is ending is waited for.
    /// ErrorCode::integrity if something else lies in the file's place.
    static core::Result<std::optional<BackgroundTurn>> take(const storage::FolderPaths& paths);
    /// In place of what was told before; empty: all is well.
    void tell(const std::string& trouble) const;

  private:
    explicit BackgroundTurn(storage::File file) : file_(std::move(file)) {}
    storage::File file_;
};

}  // namespace sparekey::cli
