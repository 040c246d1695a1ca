// The store of a server, on either database: which rule is one transaction.
#pragma once

#include "sync/server/store/observer.h"
#include "sync/server/store/sql/database.h"

#include <memory>

namespace sparekey::sync {

class SqlStore final : public Store {
  public:
    /// `observer` outlives it, if there is one.
    explicit SqlStore(std::unique_ptr<Database> database, StoreObserver* observer = nullptr);

    std::optional<Account> account(const AccountId& id) override;
    std::vector<Account> accounts() override;
    PushOutcome push(const Push& push) override;
    std::optional<Pull> pull(const AccountId& id, std::uint64_t after,
                             std::size_t most_bytes) override;
    std::optional<Snapshot> snapshot(const AccountId& id, const std::optional<RecordId>& after,
                                     std::size_t most_bytes) override;
    std::optional<StoredCommit> commit(const AccountId& id, std::uint64_t n) override;
    std::optional<StoredCommit> roster_commit_before(const AccountId& id, std::uint64_t n) override;

    std::vector<Device> devices(const AccountId& id) override;
    std::optional<Device> device(const AccountId& id, const DeviceId& device) override;
    void seen(const AccountId& id, const DeviceId& device, std::uint64_t now_ms) override;

    std::optional<AccountId> account_of(const IdentityKey& key) override;
    std::vector<Identity> identities(const AccountId& id) override;
    core::Result<void> link(const AccountId& id, const Identity& identity,
                            const AuditEntry& audit) override;
    core::Result<void> unlink(const AccountId& id, const IdentityKey& key, bool last_may_go,
                              const AuditEntry& audit) override;
    void logged_in(const IdentityKey& key, std::uint64_t now_ms, std::string_view display) override;

    void put_ticket(const Ticket& ticket) override;
    core::Result<void> put_new_ticket(const Ticket& ticket, std::uint64_t now_ms) override;
    std::optional<Ticket> ticket(TicketKind kind, const Hash& key, std::uint64_t now_ms) override;
    std::optional<Ticket> take_ticket(TicketKind kind, const Hash& key,
                                      std::uint64_t now_ms) override;
    core::Result<void> replace_ticket(const Ticket& ticket) override;
    void remove_ticket(TicketKind kind, const Hash& key) override;
    std::vector<Ticket> tickets_of(const AccountId& id, TicketKind kind,
                                   std::uint64_t now_ms) override;
    void remove_tickets_of(const AccountId& id, const std::optional<DeviceId>& device,
                           TicketKind kind) override;
    void sweep_tickets(std::uint64_t now_ms) override;

    void add_invitation(const Invitation& invitation, const AuditEntry& audit) override;
    bool invitation_is_good(const Hash& code, std::uint64_t now_ms) override;

    AuditHead append_audit(const AuditEntry& entry) override;
    AuditHead audit_head(const std::optional<AccountId>& account) override;
    std::vector<AuditLine> audit(const std::optional<AccountId>& account, std::uint64_t after,
                                 std::size_t limit) override;

    void on_change(ChangeListener listener) override;
    void ping() override;

  private:
    /// Kept whatever `work` does.
    template <class Work>
    void write(Work work);
    /// Kept if `work` succeeds.
    template <class Work>
    core::Result<void> write_checked(Work work);
    template <class Work>
    auto read(View view, Work work);

    std::unique_ptr<Database> database_;
    StoreObserver* observer_;
};

}  // namespace sparekey::sync
