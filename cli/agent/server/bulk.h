// Imports for the agent in a process of their own: what an export of any size takes of memory goes
// with it, and the worker stays as small as it was.
#pragma once

#include "cli/agent/message_codec.h"
#include "storage/folder/files.h"

namespace sparekey::cli::agent {

/// Starts the process, which shares nothing but the returned channel; the order has been sent, the
/// export's descriptor with it. Progress messages come back, then the answer's frame.
storage::File start_bulk(const BulkOrder& order, const storage::File& content);

/// That process: takes the order from `channel`, imports, answers; its exit code.
int run_bulk(storage::File channel);

}  // namespace sparekey::cli::agent
