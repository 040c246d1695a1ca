// What this vault has that its account has not: as the next commit, and what its acceptance means.
//
// A push is stored before it is given out and stays the same until it is settled or withdrawn, so
// one that was sent and not answered is sent again byte by byte, and can conflict with nothing but
// other devices.
#pragma once

#include "core/replica/context.h"
#include "core/replica/rotation.h"

#include <memory>

namespace sparekey::core {

/// What the next commit shall change in the roster, beside what changed here.
struct RosterWish {
    std::optional<DeviceId> remove;
    std::shared_ptr<const Rotation> rotation;  // null: the keys stay
    /// With a rotation: what the device could read (core/replica/exposure.h), sorted.
    std::vector<RecordId> exposed = {};
};

/// Begins an account at `origin`: everything is unsent, and the next push is the first commit.
/// ErrorCode::conflict if the vault has one that it did not leave; ErrorCode::usage for a name that
/// no device may have.
Result<void> found_account(const ReplicaContext& context, const std::string& origin,
                           const std::string& device_name);
/// Forgets an account that no server has accepted.
Result<void> abandon_account(SyncStore& store);

/// The push that is on its way; else, made and stored, the next one. Nothing if there is nothing to
/// say, or not before the keys of a rotation have come, or what a page left out (awaited.h).
/// ErrorCode::not_found if the device that shall be removed is no member; ErrorCode::conflict if
/// the keys were changed since the rotation was made.
Result<std::optional<PushRequest>> next_push(const ReplicaContext& context, const RosterWish& wish);
/// The push that is on its way was accepted. ErrorCode::integrity if that is not what `answer`
/// says.
Result<void> settle_push(const ReplicaContext& context, const PushAnswer& answer);
/// It was not and never will be.
void withdraw_push(SyncStore& store);

/// `state` has the server's audit log as it is told now. ErrorCode::integrity if it is shorter than
/// it was, or another: an alarm, after which the next sync goes on.
Result<void> follow_audit(AccountState& state, const ChainPoint& audit);

}  // namespace sparekey::core
