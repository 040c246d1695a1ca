// Whether a store still holds what was written: every blob, commit, roster and audit line.
#pragma once

#include "sync/server/store/sql/database.h"

namespace sparekey::sync {

/// What a commit's bytes say, by whoever can read them (core/chain).
struct CommitContent {
    AccountId account;
    std::uint64_t n = 0;
    Hash hash{};                  // of this commit
    Hash previous{};              // of the one before it, as this one names it
    std::vector<Change> changes;  // without blobs
};
/// ErrorCode::integrity for bytes that are no commit.
using CommitReader = std::function<core::Result<CommitContent>(ByteView)>;

/// A device as a roster lists it.
struct ListedDevice {
    DeviceId id;
    core::SigningPublicKey key{};
    core::BoxPublicKey receiving_key{};
    friend bool operator==(const ListedDevice&, const ListedDevice&) = default;
};
/// ErrorCode::integrity for bytes that are no roster.
using RosterReader = std::function<core::Result<std::vector<ListedDevice>>(ByteView)>;

struct ContentReader {
    CommitReader commit;
    RosterReader roster;
};

struct Verified {
    std::uint64_t accounts = 0;
    std::uint64_t commits = 0;
    std::uint64_t records = 0;
    std::uint64_t audit_lines = 0;
};

/// Every commit by its hash, chain and content; every record by the commit that brought it and its
/// blob's hash; rosters by their sums; the devices that are not revoked by the roster; every login
/// by the directory, and the directory by them; usage by counting; every audit chain, from its
/// first line to its head. ErrorCode::integrity names the first thing that is not what was written.
core::Result<Verified> verify_store(Database& database, const ContentReader& read);
/// The same in a transaction that is open already.
core::Result<Verified> verify_rows(Session& session, const ContentReader& read);

}  // namespace sparekey::sync
