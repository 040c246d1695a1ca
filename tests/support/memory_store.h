// A server's store in memory: the rules once more, written plainly, as the model that both
// databases are compared with, and as the fake for whoever needs a store.
#pragma once

#include "sync/server/store/store.h"

#include <map>
#include <mutex>

namespace sparekey::tests {

class MemoryStore final : public sync::Store {
  public:
    using AccountId = sync::AccountId;

    std::optional<sync::Account> account(const AccountId& id) override;
    std::vector<sync::Account> accounts() override;
    sync::PushOutcome push(const sync::Push& push) override;
    std::optional<sync::Pull> pull(const AccountId& id, std::uint64_t after,
                                   std::size_t most_bytes) override;
    std::optional<sync::Snapshot> snapshot(const AccountId& id,
                                           const std::optional<core::RecordId>& after,
                                           std::size_t most_bytes) override;
    std::optional<sync::StoredCommit> commit(const AccountId& id, std::uint64_t n) override;
    std::optional<sync::StoredCommit> roster_commit_before(const AccountId& id,
                                                           std::uint64_t n) override;

    std::vector<sync::Device> devices(const AccountId& id) override;
    std::optional<sync::Device> device(const AccountId& id, const core::DeviceId& device) override;
    void seen(const AccountId& id, const core::DeviceId& device, std::uint64_t now_ms) override;

    std::optional<AccountId> account_of(const sync::IdentityKey& key) override;
    std::vector<sync::Identity> identities(const AccountId& id) override;
    core::Result<void> link(const AccountId& id, const sync::Identity& identity,
                            const sync::AuditEntry& audit) override;
    core::Result<void> unlink(const AccountId& id, const sync::IdentityKey& key, bool last_may_go,
                              const sync::AuditEntry& audit) override;
    void logged_in(const sync::IdentityKey& key, std::uint64_t now_ms,
                   std::string_view display) override;

    void put_ticket(const sync::Ticket& ticket) override;
    core::Result<void> put_new_ticket(const sync::Ticket& ticket, std::uint64_t now_ms) override;
    std::optional<sync::Ticket> ticket(sync::TicketKind kind, const core::Hash& key,
                                       std::uint64_t now_ms) override;
    std::optional<sync::Ticket> take_ticket(sync::TicketKind kind, const core::Hash& key,
                                            std::uint64_t now_ms) override;
    core::Result<void> replace_ticket(const sync::Ticket& ticket) override;
    void remove_ticket(sync::TicketKind kind, const core::Hash& key) override;
    std::vector<sync::Ticket> tickets_of(const AccountId& id, sync::TicketKind kind,
                                         std::uint64_t now_ms) override;
    void remove_tickets_of(const AccountId& id, const std::optional<core::DeviceId>& device,
                           sync::TicketKind kind) override;
    void sweep_tickets(std::uint64_t now_ms) override;

    void add_invitation(const sync::Invitation& invitation, const sync::AuditEntry& audit) override;
    bool invitation_is_good(const core::Hash& code, std::uint64_t now_ms) override;

    sync::AuditHead append_audit(const sync::AuditEntry& entry) override;
    sync::AuditHead audit_head(const std::optional<AccountId>& account) override;
    std::vector<sync::AuditLine> audit(const std::optional<AccountId>& account, std::uint64_t after,
                                       std::size_t limit) override;

    /// Called in the pusher's thread.
    void on_change(sync::ChangeListener listener) override;
    void ping() override {}

  private:
    struct Kept {
        sync::StoredCommit commit;
        bool with_roster = false;
        sync::AuditHead audit;
    };
    struct Record {
        sync::Change change;
        std::uint64_t commit_n = 0;
    };
    struct Whole {
        sync::Account account;
        std::vector<Kept> commits;
        std::map<core::RecordId, Record> records;
        std::map<core::DeviceId, sync::Device> devices;
        std::map<sync::IdentityKey, sync::Identity> identities;
    };
    struct State {
        std::map<AccountId, Whole> accounts;
        std::map<std::pair<sync::TicketKind, core::Hash>, sync::Ticket> tickets;
        std::map<core::Hash, sync::Invitation> invitations;
        std::map<std::optional<AccountId>, std::vector<sync::AuditLine>> audit;
    };

    sync::PushOutcome push_into(State& state, const sync::Push& push);
    static std::optional<sync::PushRefusal> sign_up(State& state, const sync::Push& push);
    static std::optional<sync::PushRefusal> apply(Whole& whole, const sync::Push& push);
    static void replace_devices(State& state, Whole& whole, const sync::Push& push);
    static sync::AuditHead append(State& state, sync::AuditEntry entry);
    bool is_given_out(const sync::Ticket& ticket, std::uint64_t now_ms) const;
    const Whole* find(const AccountId& id) const;

    std::mutex mutex_;
    State state_;
    sync::ChangeListener listener_;
};

}  // namespace sparekey::tests
