// A sync with a server that came back from a backup, or has another history (DESIGN section 6).
//
// If the server's head is in this device's history and the commits after it are still here, they
// are pushed again, byte for byte: nobody else notices. Else the server's history is verified from
// its first commit on, becomes this device's, and what the server lacks is pushed on its head;
// devices that know of commits which it lost reseed in their turn.
#pragma once

#include "sync/client/synchronize.h"

namespace sparekey::sync {

/// A person has confirmed it. Goes on as synchronize(), and is no more than that if the server has
/// lost nothing. Ended at any moment, it has lost nothing, and a sync goes on.
/// ErrorCode::integrity, with nothing changed, if both sides changed devices, passwords or keys, or
/// if the server's history is none of this account.
core::Result<SyncReport> reseed(Replica& replica, AccountServer& server, const core::Clock& clock,
                                core::Random& random, const SyncOptions& options);

}  // namespace sparekey::sync
