// The agent's first process: owns the socket, starts a worker for each vault that is unlocked, and
// hands connections to them. It never reads a question, so no secret passes through it.
//
// It locks (ends workers, and waits for it) on `lock`, SIGHUP and the signals of logind, and ends
// itself on SIGTERM and for an agent of another version.
#pragma once

#include "cli/agent/runtime_folder.h"
#include "storage/folder/files.h"

namespace sparekey::cli::agent {

/// Runs until it is told to end; the process's exit code. `ready` is closed when clients can
/// connect. ErrorCode::conflict if an agent runs already; ErrorCode::integrity as prepare().
core::Result<void> run_supervisor(const RuntimeFolder& folder, storage::File ready);

}  // namespace sparekey::cli::agent
