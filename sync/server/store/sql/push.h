// A push, decided and stored: everything that becomes true with a commit becomes true at once.
#pragma once

#include "sync/server/store/sql/session.h"
#include "sync/server/store/store.h"

namespace sparekey::sync {

/// Without `pushed` the transaction must be undone.
PushOutcome push_commit(Session& session, const Push& push);

}  // namespace sparekey::sync
