#include "cli/agent/agent_replica.h"

namespace sparekey::cli::agent {

using core::Result;
using core::SecretBytes;

template <class Q>
Result<typename Q::Answer> AgentReplica::ask(Q question) {
    std::vector<std::string> warnings;
    auto answer = connection_.ask(std::move(question), warnings);
    for (const std::string& warning : warnings) warn_(warning);
    return answer;
}

template <class Q>
Result<void> AgentReplica::tell(Q question) {
    SPAREKEY_CHECK(ask(std::move(question)));
    return {};
}

namespace {

Result<std::optional<core::PushRequest>> push_in(const SecretBytes& bytes) {
    if (bytes.empty()) return std::optional<core::PushRequest>();
    SPAREKEY_TRY(core::PushRequest request, core::decode_push_request(bytes.expose()));
    return std::optional(std::move(request));
}

}  // namespace

Result<std::optional<sync::Membership>> AgentReplica::membership() {
    return ask(ReadMembership{});
}

Result<std::string> AgentReplica::assertion() {
    return ask(MakeAssertion{});
}

Result<core::SecretText> AgentReplica::kept_token() {
    return ask(TakeToken{});
}

Result<void> AgentReplica::keep_token(const core::SecretText& token,
                                      std::chrono::seconds lifetime) {
    return tell(KeepToken{token.clone(), static_cast<std::uint64_t>(lifetime.count())});
}

Result<void> AgentReplica::found_account(const std::string& origin,
                                         const std::string& device_name) {
    return tell(FoundAccount{origin, device_name});
}

Result<void> AgentReplica::abandon_account() {
    return tell(AbandonAccount{});
}

Result<std::optional<core::PushRequest>> AgentReplica::next_push(const core::RosterWish& wish) {
    SPAREKEY_TRY(const SecretBytes bytes,
                 ask(NextPush{wish.remove, wish.rotation ? encode(*wish.rotation) : SecretBytes(),
                              wish.exposed}));
    return push_in(bytes);
}

Result<std::optional<core::ShownExposure>> AgentReplica::exposure() {
    return ask(ReadExposure{});
}

Result<void> AgentReplica::exposure_told() {
    return tell(NoteExposureTold{});
}

Result<void> AgentReplica::settle(const core::PushAnswer& answer) {
    return tell(SettlePush{SecretBytes::copy_of(encode(answer))});
}

Result<void> AgentReplica::withdraw() {
    return tell(WithdrawPush{});
}

Result<core::Applied> AgentReplica::apply(const core::PullPage& page,
                                          const core::Permissions& permissions,
                                          const core::Toll& toll) {
    return ask(ApplyPage{SecretBytes::copy_of(encode(page)), permissions.mass_deletion, toll});
}

Result<core::Foreseen> AgentReplica::foresee(const core::PullPage& page, core::ByteView so_far) {
    return ask(
        ForeseePage{SecretBytes::copy_of(encode(page)), core::Bytes(so_far.begin(), so_far.end())});
}

Result<core::SnapshotTaken> AgentReplica::apply_snapshot(const core::SnapshotPage& page, bool first,
                                                         const core::Permissions& permissions,
                                                         const core::Toll& toll) {
    return ask(
        ApplySnapshot{SecretBytes::copy_of(encode(page)), first, permissions.mass_deletion, toll});
}

Result<std::uint64_t> AgentReplica::foresee_snapshot(const core::SnapshotPage& page) {
    return ask(ForeseeSnapshot{SecretBytes::copy_of(encode(page))});
}

Result<std::optional<core::PushRequest>> AgentReplica::kept_push(const core::ChainPoint& after) {
    SPAREKEY_TRY(const SecretBytes bytes, ask(KeptPush{after}));
    return push_in(bytes);
}

Result<void> AgentReplica::settle_kept(const core::PushAnswer& answer) {
    return tell(SettleKept{SecretBytes::copy_of(encode(answer))});
}

Result<core::ReseedStep> AgentReplica::reseed(const core::PullPage& page, bool first) {
    return ask(ReseedPage{SecretBytes::copy_of(encode(page)), first});
}

Result<void> AgentReplica::synced(std::uint64_t now_ms) {
    return tell(NoteSynced{now_ms});
}

Result<void> AgentReplica::audit_told(const core::AuditMark& mark) {
    return tell(NoteAuditTold{mark});
}

Result<void> AgentReplica::remember_identities(std::vector<core::LinkedIdentity> identities) {
    return tell(RememberIdentities{std::move(identities)});
}

Result<core::ApprovalAnswer> AgentReplica::approve(const core::Enrolment& enrolment,
                                                   const std::string& typed) {
    SPAREKEY_TRY(const SecretBytes bytes, ask(Approve{enrolment, typed}));
    return core::decode_approval_answer(bytes.expose());
}

Result<void> AgentReplica::leave() {
    return tell(LeaveAccount{});
}

Result<void> AgentReplica::rejoin(const std::string& device_name) {
    return tell(RejoinAccount{device_name});
}

}  // namespace sparekey::cli::agent
