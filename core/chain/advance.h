// The rules of an account's history: may this commit follow that head? (DESIGN section 6)
//
// Pure, and the same for everybody: a server asks before it stores, a client before it believes.
// Whatever breaks a rule is ErrorCode::integrity with a message that names commit and rule. What
// needs the account's records (versions, blobs, the state root) is in core/chain/records_check.h.
#pragma once

#include "core/chain/commit.h"

namespace sparekey::core {

/// An account's history up to a commit, as far as the next one depends on it.
struct ChainHead {
    VaultId vault;
    ChainPoint at;
    Roster roster;  // in force
    Hash roster_hash{};
    Hash state_root{};
    DeviceId device;  // that made the commit
    std::uint64_t time_ms = 0;
};

/// A commit that was accepted, and where the history stands with it.
struct ChainStep {
    ChainHead head;
    Commit commit;
};

/// Accepts `commit` on top of `head`, if it is of the same vault, has the next number and the
/// head's hash, and names the roster in force and its epoch. If it brings a roster: that one is
/// signed by the ASK of the one before, names vault, commit and predecessor, lets no g, epoch, KDF
/// pin or min_format fall and changes ASK only with g; the commit is signed by a device of either.
/// Else by one of the roster in force.
Result<ChainStep> advance(const ChainHead& head, const SignedCommit& commit);

/// The first commit of the account `vault`: number 1, after nothing, with a roster signed by its
/// own ASK that lists the commit's device.
Result<ChainStep> begin_chain(const VaultId& vault, const SignedCommit& commit);

/// True if the hashes lead from `from` through all of `commits` to `to`. For a history whose end
/// was verified already: after an approval, from the head that the member named.
Result<void> check_links(const ChainPoint& from, std::span<const SignedCommit> commits,
                         const ChainPoint& to);

}  // namespace sparekey::core
