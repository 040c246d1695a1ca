// The last commits of an account as this device accepted or made them: what a server that came back
// from a backup can be given again, byte for byte (DESIGN section 6).
//
// Beside the records, bounded: the last kKeptCommits, with their blobs if those are small. A larger
// commit's blobs are taken from the records that are here, as long as they are the same. A blob of
// a record that the account removed is not kept.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

inline constexpr std::uint64_t kKeptCommits = 256;
/// Of one commit, in bytes: more than an edit of an item and its history has.
inline constexpr std::size_t kMostKeptBlobs = std::size_t{64} << 10;

/// With the transaction that makes `request` the commit `n` of this device's history. Of its blobs
/// and parts some may be missing.
void keep_commit(SyncStore& store, std::uint64_t n, PushRequest request,
                 SyncTransaction& transaction);
/// Those up to `n` are older than the last kKeptCommits, from `after` + 1 on.
void drop_old_commits(std::uint64_t after, std::uint64_t n, SyncTransaction& transaction);
/// The history that ends with `n` is another now.
void drop_kept_commits(std::uint64_t n, SyncTransaction& transaction);

/// As it was kept; nothing if it was not.
std::optional<SignedCommit> kept_commit(SyncStore& store, std::uint64_t n);

/// What follows `after` in this device's history, whole, as it was pushed. Nothing if `after` is
/// not in it, or is its head, or if a part of the push is not here any more.
Result<std::optional<PushRequest>> kept_push(const ReplicaContext& context,
                                             const ChainPoint& after);
/// A server that came back from a backup has stored again what kept_push() gave.
/// ErrorCode::integrity if `answer` says otherwise.
Result<void> settle_kept(SyncStore& store, const PushAnswer& answer);

}  // namespace sparekey::core
