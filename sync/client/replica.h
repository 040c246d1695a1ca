// A vault as a sync sees it. What it takes is verified before it counts, and applied in one
// transaction or not at all; keys stay behind it, in the process that holds the vault open.
//
// Between two calls others may read and write the vault: nothing is held while the network is
// waited for.
#pragma once

#include "core/chain/approval.h"
#include "core/replica/audit_mark.h"
#include "core/replica/exposure.h"
#include "core/replica/foresight.h"
#include "core/replica/incoming.h"
#include "core/replica/outgoing.h"
#include "core/replica/reseed.h"
#include "core/replica/snapshot.h"
#include "sync/client/token_shelf.h"

namespace sparekey::sync {

using core::Applied;
using core::Permissions;
using core::RosterWish;
using core::Toll;

/// The account of this vault, as far as a command tells it.
struct Membership {
    core::VaultId vault;  // the account's id too
    core::DeviceId device;
    core::AccountStage stage = core::AccountStage::starting;
    std::string origin;
    core::ChainPoint head;
    std::uint32_t generation = 0;  // of the vault key, by the roster in force
    std::uint64_t pending = 0;     // records that the server does not have
    core::ChainPoint audit;
    std::uint64_t synced_ms = 0;
    std::uint64_t head_ms = 0;  // when the head was made, by its device's clock
    std::vector<core::KnownDevice> devices;
    std::vector<core::LinkedIdentity> identities;
    std::optional<core::AuditMark> told;  // of the server's log
};

class Replica : public TokenShelf {
  public:
    /// Nothing for a vault that has no account.
    virtual core::Result<std::optional<Membership>> membership() = 0;
    /// For an access token at the account's own server, good for kAssertionSeconds.
    virtual core::Result<std::string> assertion() = 0;
    /// Makes this vault the first device of an account at `origin`: the next push is its first
    /// commit. ErrorCode::conflict if it has an account.
    virtual core::Result<void> found_account(const std::string& origin,
                                             const std::string& device_name) = 0;
    /// An account that no server has accepted: forgotten again.
    virtual core::Result<void> abandon_account() = 0;
    /// What is to be sent next, stored before it is given out; the same bytes until settle() or
    /// withdraw(). Nothing if the account has all that is here.
    virtual core::Result<std::optional<core::PushRequest>> next_push(const RosterWish& wish) = 0;
    /// What a device could read that was removed from here with a rotation; nothing if none was.
    virtual core::Result<std::optional<core::ShownExposure>> exposure() = 0;
    /// A person was told.
    virtual core::Result<void> exposure_told() = 0;
    /// The server has stored what next_push() gave. ErrorCode::integrity if `answer` says
    /// otherwise.
    virtual core::Result<void> settle(const core::PushAnswer& answer) = 0;
    /// What next_push() gave is not in the account's history and never will be.
    virtual core::Result<void> withdraw() = 0;
    /// `toll` is that of this sync's other pages. ErrorCode::integrity with nothing applied;
    /// ErrorCode::refused if this device was removed from the account.
    virtual core::Result<Applied> apply(const core::PullPage& page, const Permissions& permissions,
                                        const Toll& toll) = 0;
    /// What it would take away, and those of `so_far`, which is empty for the page that apply() is
    /// to be given next. Nothing is applied. Errors as apply().
    virtual core::Result<core::Foreseen> foresee(const core::PullPage& page,
                                                 core::ByteView so_far) = 0;
    /// While joining or reseeding; `toll` as with apply(); conflict if the page is of another head:
    /// pull, and begin anew.
    virtual core::Result<core::SnapshotTaken> apply_snapshot(const core::SnapshotPage& page,
                                                             bool first,
                                                             const Permissions& permissions,
                                                             const Toll& toll) = 0;
    /// Items that it would take away, while reseeding. Errors as apply_snapshot().
    virtual core::Result<std::uint64_t> foresee_snapshot(const core::SnapshotPage& page) = 0;
    /// What follows `after` in this device's history, as it was pushed; nothing if it is not here.
    virtual core::Result<std::optional<core::PushRequest>> kept_push(
        const core::ChainPoint& after) = 0;
    /// The server has stored what kept_push() gave. ErrorCode::integrity if `answer` says
    /// otherwise.
    virtual core::Result<void> settle_kept(const core::PushAnswer& answer) = 0;
    /// The next page of the server's history, from its first commit on: once it is whole, it is
    /// this device's (core/replica/reseed.h).
    virtual core::Result<core::ReseedStep> reseed(const core::PullPage& page, bool first) = 0;
    /// A sync came to its end at `now_ms`.
    virtual core::Result<void> synced(std::uint64_t now_ms) = 0;
    /// The person was told what the server's log says up to there.
    virtual core::Result<void> audit_told(const core::AuditMark& mark) = 0;
    virtual core::Result<void> remember_identities(
        std::vector<core::LinkedIdentity> identities) = 0;
    /// Approves what waits under `nonce` on the server. ErrorCode::refused if `typed` is not its
    /// code.
    virtual core::Result<core::ApprovalAnswer> approve(const core::Enrolment& enrolment,
                                                       const std::string& typed) = 0;
    /// `logout`: the account is kept in mind, but nothing is sent or fetched any more.
    virtual core::Result<void> leave() = 0;
    /// After leave(), for a device that the account still lists: it goes on from where it was.
    virtual core::Result<void> rejoin(const std::string& device_name) = 0;
};

}  // namespace sparekey::sync
