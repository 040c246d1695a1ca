// Records, rosters and commits: what pushes write and pages are made of.
#pragma once

#include "sync/server/store/sql/session.h"
#include "sync/server/store/store.h"

namespace sparekey::sync {

/// False if the version is not the last + 1 (of a record that is absent: any from 1 on).
bool apply_change(Session& session, const AccountId& account, const Change& change, std::uint64_t n,
                  Usage& usage);

void replace_roster(Session& session, const AccountId& account, const Push::Roster& roster);
/// SHA-256 over length and bytes of each: kept beside them, so that `verify` sees a flipped byte.
Hash roster_sum(ByteView roster, ByteView slots, ByteView keyring);

std::optional<StoredCommit> find_commit(Session& session, const AccountId& account,
                                        std::uint64_t n);
std::optional<StoredCommit> find_roster_commit(Session& session, const AccountId& account,
                                               std::uint64_t before);
std::optional<Pull> find_pull(Session& session, const AccountId& account, std::uint64_t after,
                              std::size_t most_bytes);
std::optional<Snapshot> find_snapshot(Session& session, const AccountId& account,
                                      const std::optional<RecordId>& after, std::size_t most_bytes);

}  // namespace sparekey::sync
