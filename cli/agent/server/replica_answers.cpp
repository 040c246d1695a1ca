#include "cli/agent/server/replica_answers.h"

namespace sparekey::cli::agent {

using core::Result;
using core::SecretBytes;

Result<SecretBytes> ReplicaAnswers::operator()(NextPush& q) {
    core::RosterWish wish{q.remove, nullptr, std::move(q.exposed)};
    if (!q.rotation.empty()) {
        SPAREKEY_TRY(core::Rotation rotation, core::decode_rotation(q.rotation.expose()));
        wish.rotation = std::make_shared<const core::Rotation>(std::move(rotation));
    }
    SPAREKEY_TRY(const auto request, replica_.next_push(wish));
    return request ? SecretBytes::copy_of(encode(*request)) : SecretBytes();
}

Result<Nothing> ReplicaAnswers::operator()(SettlePush& q) {
    SPAREKEY_TRY(const core::PushAnswer answer, core::decode_push_answer(q.answer.expose()));
    return done(replica_.settle(answer));
}

Result<core::Applied> ReplicaAnswers::operator()(ApplyPage& q) {
    SPAREKEY_TRY(const core::PullPage page, core::decode_pull_page(q.page.expose()));
    return replica_.apply(page, {q.mass_deletion}, q.toll);
}

Result<core::SnapshotTaken> ReplicaAnswers::operator()(ApplySnapshot& q) {
    SPAREKEY_TRY(const core::SnapshotPage page, core::decode_snapshot_page(q.page.expose()));
    return replica_.apply_snapshot(page, q.first, {q.mass_deletion}, q.toll);
}

Result<core::Foreseen> ReplicaAnswers::operator()(ForeseePage& q) {
    SPAREKEY_TRY(const core::PullPage page, core::decode_pull_page(q.page.expose()));
    return replica_.foresee(page, q.so_far);
}

Result<std::uint64_t> ReplicaAnswers::operator()(ForeseeSnapshot& q) {
    SPAREKEY_TRY(const core::SnapshotPage page, core::decode_snapshot_page(q.page.expose()));
    return replica_.foresee_snapshot(page);
}

Result<SecretBytes> ReplicaAnswers::operator()(KeptPush& q) {
    SPAREKEY_TRY(const auto request, replica_.kept_push(q.after));
    return request ? SecretBytes::copy_of(encode(*request)) : SecretBytes();
}

Result<Nothing> ReplicaAnswers::operator()(SettleKept& q) {
    SPAREKEY_TRY(const core::PushAnswer answer, core::decode_push_answer(q.answer.expose()));
    return done(replica_.settle_kept(answer));
}

Result<core::ReseedStep> ReplicaAnswers::operator()(ReseedPage& q) {
    SPAREKEY_TRY(const core::PullPage page, core::decode_pull_page(q.page.expose()));
    return replica_.reseed(page, q.first);
}

Result<SecretBytes> ReplicaAnswers::operator()(Approve& q) {
    SPAREKEY_TRY(const core::ApprovalAnswer answer, replica_.approve(q.enrolment, q.typed));
    return SecretBytes::copy_of(encode(answer));
}

}  // namespace sparekey::cli::agent
