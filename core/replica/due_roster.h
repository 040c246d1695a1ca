// The roster that a reseed has to bring to a server which came back with an older one
// (Reseed::due).
//
// Until it is there, the server may be given back older rosters, by another device's reseed: those
// that were in force here before the one that is due stand in its way no more than the one that the
// server came back with. A roster that never was in force here does.
#pragma once

#include "core/replica/reseed.h"

namespace sparekey::core {

/// Commits of this device's history, which ends with `head`.
struct Since {
    std::uint64_t common = 0;  // the last one that the server's history has, too
    std::uint64_t last = 0;    // the last one of which the rosters are asked
    std::uint64_t head = 0;
};
/// Of the rosters that were in force here before `ours`, as far as their commits are kept: their
/// hashes, and of those since `common` that a rotation replaced also what they say. No more of the
/// others: who joined and was removed again leaves a roster that says what an old one said.
std::set<Hash> rosters_before(SyncStore& store, const Roster& ours, const Since& since);
/// `roster` is one of them; or it says the same and lists who is listed in `ours`, so that nobody
/// comes back: it was made again by another device's reseed.
bool was_in_force(const std::set<Hash>& known, const Roster& roster, const Hash& hash,
                  const Roster& ours);

/// Nothing if none is due, or what it says is in force. Who joined since stays, as long as the
/// account has the same keys. ErrorCode::integrity if the server's roster was changed meanwhile.
Result<std::optional<Roster>> due_roster(SyncStore& store, const ChainHead& head);

/// The account's devices, password or keys were changed before the due roster was there.
Unexpected overtaken();

}  // namespace sparekey::core
