// What the worker answers to the questions of a sync: one overload a question.
#pragma once

#include "cli/access/local_access.h"
#include "cli/agent/replica_messages.h"

namespace sparekey::cli::agent {

class ReplicaAnswers {
  public:
    explicit ReplicaAnswers(LocalAccess& access) : replica_(access.replica()) {}

    core::Result<std::optional<sync::Membership>> operator()(ReadMembership&) {
        return replica_.membership();
    }
    core::Result<std::string> operator()(MakeAssertion&) { return replica_.assertion(); }
    core::Result<core::SecretText> operator()(TakeToken&) { return replica_.kept_token(); }
    core::Result<Nothing> operator()(KeepToken& q) {
        return done(replica_.keep_token(q.token, std::chrono::seconds(q.lifetime_s)));
    }
    core::Result<Nothing> operator()(FoundAccount& q) {
        return done(replica_.found_account(q.origin, q.device_name));
    }
    core::Result<Nothing> operator()(AbandonAccount&) { return done(replica_.abandon_account()); }
    core::Result<core::SecretBytes> operator()(NextPush& q);
    core::Result<std::optional<core::ShownExposure>> operator()(ReadExposure&) {
        return replica_.exposure();
    }
    core::Result<Nothing> operator()(NoteExposureTold&) { return done(replica_.exposure_told()); }
    core::Result<Nothing> operator()(SettlePush& q);
    core::Result<Nothing> operator()(WithdrawPush&) { return done(replica_.withdraw()); }
    core::Result<core::Applied> operator()(ApplyPage& q);
    core::Result<core::SnapshotTaken> operator()(ApplySnapshot& q);
    core::Result<core::Foreseen> operator()(ForeseePage& q);
    core::Result<std::uint64_t> operator()(ForeseeSnapshot& q);
    core::Result<core::SecretBytes> operator()(KeptPush& q);
    core::Result<Nothing> operator()(SettleKept& q);
    core::Result<core::ReseedStep> operator()(ReseedPage& q);
    core::Result<Nothing> operator()(NoteSynced& q) { return done(replica_.synced(q.at_ms)); }
    core::Result<Nothing> operator()(NoteAuditTold& q) { return done(replica_.audit_told(q.mark)); }
    core::Result<Nothing> operator()(RememberIdentities& q) {
        return done(replica_.remember_identities(std::move(q.identities)));
    }
    core::Result<core::SecretBytes> operator()(Approve& q);
    core::Result<Nothing> operator()(LeaveAccount&) { return done(replica_.leave()); }
    core::Result<Nothing> operator()(RejoinAccount& q) {
        return done(replica_.rejoin(q.device_name));
    }

  private:
    static core::Result<Nothing> done(const core::Result<void>& result) {
        SPAREKEY_CHECK(result);
        return Nothing{};
    }

    sync::Replica& replica_;
};

}  // namespace sparekey::cli::agent
