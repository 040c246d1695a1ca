// VaultAccess by way of the agent: each call is one question on the connection.
#pragma once

#include "cli/agent/agent_replica.h"

namespace sparekey::cli::agent {

class AgentAccess final : public VaultAccess {
  public:
    /// `warn` is told what the agent says beside its answers.
    AgentAccess(Connection connection, std::function<void(const std::string&)> warn)
        : connection_(std::move(connection)), warn_(std::move(warn)) {}

    /// The agent lets go of the vault's files until this object ends.
    core::Result<void> step_aside();
    /// It has closed the vault, or ended: nothing more is answered.
    bool is_gone() const { return connection_.is_gone(); }
    int descriptor() const { return connection_.descriptor(); }
    /// Until the agent closes the connection, as it does when it locks.
    void wait_for_end() { connection_.wait_for_end(); }

    core::Result<core::RecordId> find_item(std::string_view query, core::Shelf shelf) override;
    core::Result<std::vector<core::IndexRow>> find(const core::Filter& filter) override;
    core::Result<core::Item> item(const core::RecordId& id, core::Values values) override;
    core::Result<core::SecretText> field(const core::RecordId& id, std::string_view name,
                                         Use use) override;
    core::Result<OneTimeCode> one_time_code(const core::RecordId& id, Use use) override;
    core::Result<void> use_recovery_code(const core::RecordId& id) override;
    core::Result<std::vector<core::Facts>> facts() override;
    core::Result<core::Item> add(core::ItemPatch patch) override;
    core::Result<core::Item> edit(const core::RecordId& id, core::ItemPatch patch) override;
    core::Result<core::Item> put_in_trash(const core::RecordId& id) override;
    core::Result<core::Item> restore(const core::RecordId& id) override;
    core::Result<core::Item> revert(const core::RecordId& id, std::string_view label,
                                    std::uint32_t n) override;
    core::Result<core::Item> resolve(const core::RecordId& id, std::string_view label,
                                     core::Keep keep) override;
    core::Result<core::Item> attach(const core::RecordId& id, std::string_view name,
                                    int descriptor) override;
    core::Result<core::Item> detach(const core::RecordId& id, std::string_view name) override;
    core::Result<std::uint64_t> empty_trash() override;
    core::Result<std::vector<core::HistoryLine>> history(const core::RecordId& id,
                                                         core::Values values) override;
    core::Result<std::vector<ItemConflicts>> conflicts(core::Values values) override;
    core::Result<void> read_attachment(const core::RecordId& id, std::string_view name,
                                       core::Keep side,
                                       const std::function<void(core::ByteView)>& write) override;
    sync::Replica& replica() override { return replica_; }
    core::Result<VaultCounts> counts() override;
    core::Result<std::vector<Check>> examine(const ImportProgress& progress) override;
    core::Result<std::vector<ItemHealth>> health(BreachPrefixes prefixes,
                                                 const ImportProgress& progress) override;
    core::Result<std::vector<core::RecordId>> breached(const std::vector<core::RecordId>& ids,
                                                       std::string_view range) override;
    core::Result<std::vector<core::RecordId>> breached_in(
        int descriptor, const std::vector<core::RecordId>& ids) override;
    core::Result<VaultSecrets> secrets(std::uint64_t survey) override;
    core::Result<ImportReport> import(std::string_view format, core::SecretBytes file, bool dry_run,
                                      const ImportProgress& progress) override;
    core::Result<std::vector<storage::AuditLine>> audit(std::uint64_t limit) override;

  private:
    template <class Q>
    core::Result<typename Q::Answer> ask(Q question, int passed = -1,
                                         const ImportProgress& progress = {});

    template <class Q, class... Parts>
    core::Result<typename Q::Answer> survey(const ImportProgress& progress, Parts... parts);

    Connection connection_;
    std::function<void(const std::string&)> warn_;
    AgentReplica replica_{connection_, warn_};
};

}  // namespace sparekey::cli::agent
