// The bodies of docs/PROTOCOL.md that hold commits, rosters or blobs: core/chain/exchange.h has
// their bytes, here they get the names that this layer uses.
#pragma once

#include "core/chain/exchange.h"

namespace sparekey::sync {

using core::Bytes;
using core::ByteView;
using core::ChainPoint;
using core::OpenedAccount;
using core::PullPage;
using core::PushAnswer;
using core::PushRequest;
using core::RecordBlob;
using core::RosterParts;
using core::SignedCommit;
using core::SignedRoster;
using core::SnapshotPage;

using core::decode_opened_account;
using core::decode_pull_page;
using core::decode_push_answer;
using core::decode_push_request;
using core::decode_snapshot_page;
using core::kLargestKeyring;
using core::kLargestOpened;
using core::kLargestPage;
using core::kLargestPush;
using core::kLargestSlots;
using core::kMostBlobsAPage;
using core::kMostCommitsAPage;
using core::kPageTarget;

}  // namespace sparekey::sync
