// The bodies of docs/PROTOCOL.md that hold commits, rosters or blobs, as values and as bytes.
//
// By core's codec: fixed little-endian layout, deterministic, bounded (sync/protocol/limits.h),
// trailing bytes refused. Decoding gives ErrorCode::integrity, nothing else, and verifies nothing:
// core/chain does. docs/FORMAT.md has the bytes.
#pragma once

#include "sync/protocol/limits.h"

namespace sparekey::sync {

using core::Bytes;
using core::ByteView;
using core::ChainPoint;
using core::SignedCommit;
using core::SignedRoster;

/// What a roster names by its hashes.
struct RosterParts {
    Bytes slots;    // core::AccountSlots, encoded
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
    core::RecordId id;
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
core::Result<PushRequest> decode_push_request(ByteView bytes);
Bytes encode(const PushAnswer& answer);
core::Result<PushAnswer> decode_push_answer(ByteView bytes);
Bytes encode(const PullPage& page);
core::Result<PullPage> decode_pull_page(ByteView bytes);
Bytes encode(const SnapshotPage& page);
core::Result<SnapshotPage> decode_snapshot_page(ByteView bytes);
Bytes encode(const OpenedAccount& opened);
core::Result<OpenedAccount> decode_opened_account(ByteView bytes);

}  // namespace sparekey::sync
