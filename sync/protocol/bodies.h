// The bodies of docs/PROTOCOL.md that hold commits, rosters or blobs, as values and as bytes.
//
// By core's codec: fixed little-endian layout, deterministic, bounded (sync/protocol/limits.h),
// trailing bytes refused. Decoding gives ErrorCode::integrity, nothing else, and verifies nothing:
// core/chain does. docs/FORMAT.md has the bytes.
#pragma once

#include "core/chain/exchange.h"
#include "sync/protocol/limits.h"

namespace sparekey::sync {

using core::Bytes;
using core::ByteView;
using core::ChainPoint;
using core::SignedCommit;
using core::SignedRoster;

using core::PullPage;
using core::PushAnswer;
using core::PushRequest;
using core::RecordBlob;
using core::RosterParts;
using core::SnapshotPage;

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
