// What a device and its account's server hand each other, as values: pushes, pages, snapshots.
//
// sync/protocol/bodies.h has their bytes; core/replica makes them and takes them in. Nothing of
// it is believed before core/chain has looked.
#pragma once

#include "core/chain/commit.h"

namespace sparekey::core {

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

}  // namespace sparekey::core
