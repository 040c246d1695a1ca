// The agent's questions of a sync: sync::Replica, one question a function. What core has bytes for
// travels as those bytes.
#pragma once

#include "sync/client/replica.h"

namespace sparekey::cli::agent {

struct Nothing {};

struct ReadMembership {
    using Answer = std::optional<sync::Membership>;
};
struct MakeAssertion {
    using Answer = std::string;
};
/// Answered by a token, or by an empty text.
struct TakeToken {
    using Answer = core::SecretText;
};
struct KeepToken {
    core::SecretText token;
    std::uint64_t lifetime_s = 0;
    using Answer = Nothing;
};
struct FoundAccount {
    std::string origin;
    std::string device_name;
    using Answer = Nothing;
};
struct AbandonAccount {
    using Answer = Nothing;
};
/// Answered by a core::PushRequest, or by nothing at all.
struct NextPush {
    std::optional<core::DeviceId> remove;
    core::SecretBytes rotation;  // a core::Rotation, or nothing at all
    std::vector<core::RecordId> exposed;
    using Answer = core::SecretBytes;
};
struct ReadExposure {
    using Answer = std::optional<core::ShownExposure>;
};
struct NoteExposureTold {
    using Answer = Nothing;
};
/// A core::PushAnswer.
struct SettlePush {
    core::SecretBytes answer;
    using Answer = Nothing;
};
struct WithdrawPush {
    using Answer = Nothing;
};
/// A core::PullPage.
struct ApplyPage {
    core::SecretBytes page;
    bool mass_deletion = false;
    core::Toll toll = {};
    using Answer = core::Applied;
};
/// A core::PullPage, and core::Foreseen::so_far.
struct ForeseePage {
    core::SecretBytes page;
    core::Bytes so_far;
    using Answer = core::Foreseen;
};
/// A core::SnapshotPage.
struct ApplySnapshot {
    core::SecretBytes page;
    bool first = false;
    bool mass_deletion = false;
    core::Toll toll = {};
    using Answer = core::SnapshotTaken;
};
/// A core::SnapshotPage.
struct ForeseeSnapshot {
    core::SecretBytes page;
    using Answer = std::uint64_t;
};
/// Answered by a core::PushRequest, or by nothing at all.
struct KeptPush {
    core::ChainPoint after;
    using Answer = core::SecretBytes;
};
/// A core::PushAnswer.
struct SettleKept {
    core::SecretBytes answer;
    using Answer = Nothing;
};
/// A core::PullPage.
struct ReseedPage {
    core::SecretBytes page;
    bool first = false;
    using Answer = core::ReseedStep;
};
struct NoteSynced {
    std::uint64_t at_ms = 0;
    using Answer = Nothing;
};
struct NoteAuditTold {
    core::AuditMark mark;
    using Answer = Nothing;
};
struct RememberIdentities {
    std::vector<core::LinkedIdentity> identities;
    using Answer = Nothing;
};
/// Answered by a core::ApprovalAnswer.
struct Approve {
    core::Enrolment enrolment;
    std::string typed;
    using Answer = core::SecretBytes;
};
struct LeaveAccount {
    using Answer = Nothing;
};
struct RejoinAccount {
    std::string device_name;
    using Answer = Nothing;
};

}  // namespace sparekey::cli::agent
