// What the pages to come would take away, looked at before any of it is applied: so that a person
// is asked while everything is still here (core/replica/mass_deletion.h).
//
// A page is verified as one that is applied is, up to the state root; nothing is written. What was
// seen so far goes back and forth between the two sides as bytes that only core reads. A server
// that shows less here than it serves afterwards gains what it has without: to end its history
// early is an older true state. Of what was written between two rotations whose keys come pages
// apart nothing is known yet; that is counted with the page that brings the keys.
#pragma once

#include "core/replica/mass_deletion.h"

#include <set>

namespace sparekey::core {

/// What pages that were looked at came to.
struct Foreseen {
    Bytes so_far;  // for the next page
    /// Items that would go, for good or into the trash; those too that a later page brings back.
    std::uint64_t removed = 0;
    bool at_head = false;  // it was the last page
};

/// The page after those of `so_far`, which is empty at the first one: that begins at the head that
/// is known here. Errors as apply_page().
Result<Foreseen> foresee_page(const ReplicaContext& context, const PullPage& page, ByteView so_far);

/// Items that a page of the snapshot would take away, of a server that came back from a backup.
/// Errors as apply_snapshot().
Result<std::uint64_t> foresee_snapshot(const ReplicaContext& context, const SnapshotPage& page);

/// Foreseen::so_far. Private to core/replica.
struct Foresight {
    SignedCommit commit;         // the last one that was looked at
    SignedRoster roster;         // in force with it
    Bytes rotation;              // roster of the last rotation that is not known here, encoded
    Bytes keyring;               // that opened with it, sealed; empty: none did
    bool restored = false;       // commits of this device came that it does not know
    std::set<RecordId> passed;   // the blob that is here is in that history
    std::set<RecordId> removed;  // items that go
};
Bytes encode(const Foresight& foresight);
/// ErrorCode::integrity.
Result<Foresight> decode_foresight(ByteView bytes);

}  // namespace sparekey::core
