// The vault's side of a sync for a command that waits for a network in between: through the agent
// if it holds the vault open, else opened for each step and put aside again, so that nobody else
// has to wait.
#pragma once

#include "cli/session.h"

namespace sparekey::cli {

class SessionReplica final : public sync::Replica {
  public:
    explicit SessionReplica(Session& session) : session_(session) {}

    core::Result<std::optional<sync::Membership>> membership() override;
    core::Result<std::string> assertion() override;
    core::Result<core::SecretText> kept_token() override;
    core::Result<void> keep_token(const core::SecretText& token,
                                  std::chrono::seconds lifetime) override;
    core::Result<void> found_account(const std::string& origin,
                                     const std::string& device_name) override;
    core::Result<void> abandon_account() override;
    core::Result<std::optional<core::PushRequest>> next_push(const core::RosterWish& wish) override;
    core::Result<std::optional<core::ShownExposure>> exposure() override;
    core::Result<void> exposure_told() override;
    core::Result<void> settle(const core::PushAnswer& answer) override;
    core::Result<void> withdraw() override;
    core::Result<core::Applied> apply(const core::PullPage& page,
                                      const core::Permissions& permissions,
                                      const core::Toll& toll) override;
    core::Result<core::Foreseen> foresee(const core::PullPage& page,
                                         core::ByteView so_far) override;
    core::Result<core::SnapshotTaken> apply_snapshot(const core::SnapshotPage& page, bool first,
                                                     const core::Permissions& permissions,
                                                     const core::Toll& toll) override;
    core::Result<std::uint64_t> foresee_snapshot(const core::SnapshotPage& page) override;
    core::Result<std::optional<core::PushRequest>> kept_push(
        const core::ChainPoint& after) override;
    core::Result<void> settle_kept(const core::PushAnswer& answer) override;
    core::Result<core::ReseedStep> reseed(const core::PullPage& page, bool first) override;
    core::Result<void> synced(std::uint64_t now_ms) override;
    core::Result<void> audit_told(const core::AuditMark& mark) override;
    core::Result<void> remember_identities(std::vector<core::LinkedIdentity> identities) override;
    core::Result<core::ApprovalAnswer> approve(const core::Enrolment& enrolment,
                                               const std::string& typed) override;
    core::Result<void> leave() override;
    core::Result<void> rejoin(const std::string& device_name) override;

  private:
    /// One step, and the vault is put aside.
    template <class Step>
    auto step(Step step) -> decltype(step(std::declval<sync::Replica&>())) {
        SPAREKEY_TRY(VaultAccess* const access, session_.access());
        auto result = step(access->replica());
        session_.step_aside();
        return result;
    }

    Session& session_;
};

}  // namespace sparekey::cli
