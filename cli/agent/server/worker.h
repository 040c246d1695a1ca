// The process that owns one vault: started by the agent for `unlock`, and ended by locking, so that
// nothing stays behind in memory.
//
// Connections come over `control` (SOCK_SEQPACKET), one message each: the name of who asks, with
// the connected socket. The worker answers "open" there once the vault is open. It ends on SIGTERM,
// when the agent is gone, when its time is over on the clock that goes on during suspend, and when
// the vault never opened.
#pragma once

#include "storage/folder/files.h"
#include "storage/folder/opened_folder.h"

namespace sparekey::cli::agent {

/// Runs until it is time to end; the process's exit code.
int run_worker(storage::File control, storage::FolderPaths paths);

/// What a worker says on `control` when its vault is open.
inline constexpr char kOpenedMessage = 'O';

}  // namespace sparekey::cli::agent
