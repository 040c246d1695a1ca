#include "cli/session_replica.h"

namespace sparekey::cli {

using core::Result;
using sync::Replica;

Result<std::optional<sync::Membership>> SessionReplica::membership() {
    return step([](Replica& replica) { return replica.membership(); });
}

Result<std::string> SessionReplica::assertion() {
    return step([](Replica& replica) { return replica.assertion(); });
}

/// Without an agent there is nobody who keeps one.
Result<core::SecretText> SessionReplica::kept_token() {
    SPAREKEY_TRY(const bool has_agent, session_.agent_is_open());
    if (!has_agent) return core::SecretText();
    return step([](Replica& replica) { return replica.kept_token(); });
}

Result<void> SessionReplica::keep_token(const core::SecretText& token,
                                        std::chrono::seconds lifetime) {
    SPAREKEY_TRY(const bool has_agent, session_.agent_is_open());
    if (!has_agent) return {};
    return step([&](Replica& replica) { return replica.keep_token(token, lifetime); });
}

Result<void> SessionReplica::found_account(const std::string& origin,
                                           const std::string& device_name) {
    return step([&](Replica& replica) { return replica.found_account(origin, device_name); });
}

Result<void> SessionReplica::abandon_account() {
    return step([](Replica& replica) { return replica.abandon_account(); });
}

Result<std::optional<core::PushRequest>> SessionReplica::next_push(const core::RosterWish& wish) {
    return step([&](Replica& replica) { return replica.next_push(wish); });
}

Result<std::optional<core::ShownExposure>> SessionReplica::exposure() {
    return step([](Replica& replica) { return replica.exposure(); });
}

Result<void> SessionReplica::exposure_told() {
    return step([](Replica& replica) { return replica.exposure_told(); });
}

Result<void> SessionReplica::settle(const core::PushAnswer& answer) {
    return step([&](Replica& replica) { return replica.settle(answer); });
}

Result<void> SessionReplica::withdraw() {
    return step([](Replica& replica) { return replica.withdraw(); });
}

Result<core::Applied> SessionReplica::apply(const core::PullPage& page,
                                            const core::Permissions& permissions,
                                            const core::Toll& toll) {
    return step([&](Replica& replica) { return replica.apply(page, permissions, toll); });
}

Result<core::Foreseen> SessionReplica::foresee(const core::PullPage& page, core::ByteView so_far) {
    return step([&](Replica& replica) { return replica.foresee(page, so_far); });
}

Result<core::SnapshotTaken> SessionReplica::apply_snapshot(const core::SnapshotPage& page,
                                                           bool first,
                                                           const core::Permissions& permissions,
                                                           const core::Toll& toll) {
    return step(
        [&](Replica& replica) { return replica.apply_snapshot(page, first, permissions, toll); });
}

Result<std::uint64_t> SessionReplica::foresee_snapshot(const core::SnapshotPage& page) {
    return step([&](Replica& replica) { return replica.foresee_snapshot(page); });
}

Result<std::optional<core::PushRequest>> SessionReplica::kept_push(const core::ChainPoint& after) {
    return step([&](Replica& replica) { return replica.kept_push(after); });
}

Result<void> SessionReplica::settle_kept(const core::PushAnswer& answer) {
    return step([&](Replica& replica) { return replica.settle_kept(answer); });
}

Result<core::ReseedStep> SessionReplica::reseed(const core::PullPage& page, bool first) {
    return step([&](Replica& replica) { return replica.reseed(page, first); });
}

Result<void> SessionReplica::synced(std::uint64_t now_ms) {
    return step([&](Replica& replica) { return replica.synced(now_ms); });
}

Result<void> SessionReplica::audit_told(const core::AuditMark& mark) {
    return step([&](Replica& replica) { return replica.audit_told(mark); });
}

Result<void> SessionReplica::remember_identities(std::vector<core::LinkedIdentity> identities) {
    return step(
        [&](Replica& replica) { return replica.remember_identities(std::move(identities)); });
}

Result<core::ApprovalAnswer> SessionReplica::approve(const core::Enrolment& enrolment,
                                                     const std::string& typed) {
    return step([&](Replica& replica) { return replica.approve(enrolment, typed); });
}

Result<void> SessionReplica::leave() {
    return step([](Replica& replica) { return replica.leave(); });
}

Result<void> SessionReplica::rejoin(const std::string& device_name) {
    return step([&](Replica& replica) { return replica.rejoin(device_name); });
}

}  // namespace sparekey::cli
