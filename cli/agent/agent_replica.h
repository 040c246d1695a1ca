// sync::Replica by way of the agent, which holds the keys and the vault's files.
#pragma once

#include "cli/agent/connection.h"

namespace sparekey::cli::agent {

class AgentReplica final : public sync::Replica {
  public:
    /// `connection` is the access's own, and outlives this.
    AgentReplica(Connection& connection, std::function<void(const std::string&)> warn)
        : connection_(connection), warn_(std::move(warn)) {}

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
    template <class Q>
    core::Result<typename Q::Answer> ask(Q question);
    template <class Q>
    core::Result<void> tell(Q question);

    Connection& connection_;
    std::function<void(const std::string&)> warn_;
};

}  // namespace sparekey::cli::agent
