// All of an account's records, for a device that has just joined, or that made the history of a
// server from a backup its own: page by page, believed at the end, when their root is the one that
// the head says.
#pragma once

#include "core/replica/mass_deletion.h"

namespace sparekey::core {

/// What one page of it came to.
struct SnapshotTaken {
    bool whole = false;             // it was the last one, and all is as the head says
    std::uint64_t pulled = 0;       // records that changed here
    std::uint64_t merged = 0;       // items of which both sides had another state
    std::uint64_t removed = 0;      // items that went into the trash
    std::uint64_t held = 0;         // so many would have gone in all: nothing of it was applied
    std::vector<RecordId> refused;  // last written by a removed device, and not taken
    std::vector<std::string> news;  // a sentence each
};

/// The next page; `first` begins anew; `toll` is that of the others. When it was the last one, the
/// account is in use. ErrorCode::conflict if the page is of another head than the one that
/// is known here: pull, then begin anew. ErrorCode::integrity if it is not what it should be.
Result<SnapshotTaken> apply_snapshot(const ReplicaContext& context, const SnapshotPage& page,
                                     bool first, const Permissions& permissions, const Toll& toll);

}  // namespace sparekey::core
