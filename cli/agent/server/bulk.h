// Imports for the agent in a process of their own: SQLCipher's wiping of memory, which costs seven
// times at 100,000 rows, can be off only in a process that exits afterwards.
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
