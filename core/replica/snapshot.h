// All of an account's records, for a device that has just joined: page by page, believed at the
// end, when their root is the one that the head says.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

/// The next page; `first` begins anew. True when it was the last and all is as the head says; the
/// account is in use from then on. ErrorCode::conflict if the page is of another head than the one
/// that is known here: pull, then begin anew. ErrorCode::integrity if it is not what it should be.
Result<bool> apply_snapshot(const ReplicaContext& context, const SnapshotPage& page, bool first);

}  // namespace sparekey::core
