// The vault's side of a sync, on a folder that this process has opened: a command's own, or the
// agent's worker's.
#pragma once

#include "core/vault/vault.h"
#include "storage/folder/opened_folder.h"
#include "sync/client/replica.h"

#include <memory>

namespace sparekey::cli {

class LocalReplica final : public sync::Replica {
  public:
    /// `tree` may be handed from one opening of the vault to the next: reading it costs what is
    /// unsent.
    LocalReplica(core::Vault& vault, storage::OpenedFolder& folder,
                 std::shared_ptr<core::AccountTree> tree);

    /// From now on synced() waits for write_synced(), so that a sync does not wait for the disk.
    void delay_synced() { delays_synced_ = true; }
    core::Result<void> write_synced();

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
    core::ReplicaContext context();
    core::Result<void> change(const std::function<void(core::AccountState&)>& change);

    /// Only for the server that gave it.
    struct KeptToken {
        core::SecretText text;
        std::string origin;
        std::uint64_t until_ms = 0;
    };

    core::Vault& vault_;
    storage::OpenedFolder& folder_;
    std::shared_ptr<core::AccountTree> tree_;
    KeptToken token_;
    bool delays_synced_ = false;
    std::optional<std::uint64_t> synced_ms_;  // not written yet
    std::uint64_t unwritten_since_ms_ = 0;
};

}  // namespace sparekey::cli
