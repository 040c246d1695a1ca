// What a stored commit says, for whoever verifies a whole store.
#pragma once

#include "sync/server/store/upkeep/verify.h"

namespace sparekey::sync {

/// As CommitReader wants it, by core/chain.
core::Result<CommitContent> read_commit(ByteView bytes);

}  // namespace sparekey::sync
