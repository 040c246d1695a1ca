// What a device and its account's server hand each other, as values and as bytes: pushes, pages,
// snapshots.
//
// By the one codec: little-endian, deterministic, bounded, trailing bytes refused.
// Decoding gives ErrorCode::integrity, nothing else, and verifies nothing: the rest of core/chain
// and core/replica do. docs/FORMAT.md has the bytes.
#pragma once

#include "core/chain/commit.h"
#include "core/vault/seal.h"

namespace sparekey::core {

// How large they may be, in bytes (DESIGN section 6).

/// The body of a push: a commit, its blobs and, with a roster, slots and keyring.
inline constexpr std::size_t kLargestPush = std::size_t{4} << 20;
/// A page of a pull or a snapshot. A server fills it up to kPageTarget; one commit more may fit.
inline constexpr std::size_t kLargestPage = std::size_t{8} << 20;
inline constexpr std::size_t kPageTarget = std::size_t{2} << 20;
inline constexpr std::size_t kMostCommitsAPage = 10'000;
inline constexpr std::size_t kMostBlobsAPage = 20'000;

inline constexpr std::size_t kLargestSlots = std::size_t{64} << 10;
inline constexpr std::size_t kLargestKeyring = std::size_t{1} << 20;  // sealed
inline constexpr std::size_t kLargestOpened = std::size_t{2} << 20;  // the body of an OpenedAccount

/// What a roster names by its hashes.
struct RosterParts {
    Bytes slots;    // AccountSlots, encoded
    Bytes keyring;  // sealed

    friend bool operator==(const RosterParts&, const RosterParts&) = default;
};

/// POST /api/v1/commits.
struct PushRequest {
    SignedCommit commit;
    std::vector<Bytes> blobs;          // of the changes that are not removals, in their order
    std::optional<RosterParts> parts;  // if the commit brings a roster

    friend bool operator==(const PushRequest&, const PushRequest&) = default;
};

/// 200 or 201: stored, and durable; the account's place afterwards and its audit log's.
struct PushAnswer {
    ChainPoint at;
    ChainPoint audit;

    friend bool operator==(const PushAnswer&, const PushAnswer&) = default;
};

/// A record's current blob.
struct RecordBlob {
    RecordId id;
    std::uint64_t version = 1;
    Bytes blob;

    friend bool operator==(const RecordBlob&, const RecordBlob&) = default;
};

/// GET /api/v1/commits?after=N: some commits from N + 1 on.
struct PullPage {
    ChainPoint head;  // of the account, where the last page arrives
    std::vector<SignedCommit> commits;
    std::vector<RecordBlob> blobs;  // sorted by id: those that the commits brought and are current
    std::optional<RosterParts> parts;  // in force, if a commit of the page brings a roster
    ChainPoint audit;

    friend bool operator==(const PullPage&, const PullPage&) = default;
};

/// GET /api/v1/snapshot?after=ID: some live records from the next id on.
struct SnapshotPage {
    ChainPoint head;
    std::vector<RecordBlob> records;  // sorted by id
    bool more = false;

    friend bool operator==(const SnapshotPage&, const SnapshotPage&) = default;
};

/// POST /api/v1/enrolment/open: all that a device learns before it is a member.
struct OpenedAccount {
    RosterParts parts;
    SignedRoster roster;
    SignedCommit head;
    /// The roster before, if the head's device left with it (core/chain/join.h).
    std::optional<SignedRoster> roster_before;

    friend bool operator==(const OpenedAccount&, const OpenedAccount&) = default;
};

Bytes encode(const PushRequest& request);
Result<PushRequest> decode_push_request(ByteView bytes);
Bytes encode(const PushAnswer& answer);
Result<PushAnswer> decode_push_answer(ByteView bytes);
Bytes encode(const PullPage& page);
Result<PullPage> decode_pull_page(ByteView bytes);
Bytes encode(const SnapshotPage& page);
Result<SnapshotPage> decode_snapshot_page(ByteView bytes);
Bytes encode(const OpenedAccount& opened);
Result<OpenedAccount> decode_opened_account(ByteView bytes);

}  // namespace sparekey::core
