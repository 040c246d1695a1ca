#include "sync/server/store/sql/sql_store.h"

#include "core/base/mutant.h"
#include "sync/server/store/sql/accounts.h"
#include "sync/server/store/sql/audit_log.h"
#include "sync/server/store/sql/push.h"
#include "sync/server/store/sql/records.h"
#include "sync/server/store/sql/tickets.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr Query kTrivial("SELECT n FROM audit_heads WHERE scope = $1");

core::Unexpected conflict(const char* what) {
    return core::unexpected(core::ErrorCode::conflict, what);
}

core::Result<void> link_identity(Session& session, const AccountId& id, const Identity& identity,
                                 const AuditEntry& audit) {
    if (!lock_account(session, id)) {
        return core::unexpected(core::ErrorCode::not_found, "there is no such account");
    }
    if (claim_identity(session, id, identity) == Claim::taken) {
        return conflict("this login belongs to another account");
    }
    append_audit_line(session, audit);
    return {};
}

core::Result<void> unlink_identity(Session& session, const AccountId& id, const IdentityKey& key,
                                   bool last_may_go, const AuditEntry& audit) {
    // Two that unlink at once must not each think that the other one's stays.
    lock_account(session, id);
    const auto linked = find_identities(session, id);
    const bool is_linked = std::any_of(linked.begin(), linked.end(),
                                       [&key](const Identity& one) { return one.key == key; });
    if (!is_linked) {
        return core::unexpected(core::ErrorCode::not_found,
                                "this login does not belong to the account");
    }
    if (linked.size() == 1 && !last_may_go && !SPAREKEY_LEFT_OUT("last-way-in")) {
        return conflict("this is the account's last login");
    }
    remove_identity(session, id, key);
    append_audit_line(session, audit);
    return {};
}

AuditEntry of_account(AuditEntry entry, const AccountId& account) {
    entry.account = account;
    return entry;
}

}  // namespace

SqlStore::SqlStore(std::unique_ptr<Database> database, StoreObserver* observer)
    : database_(std::move(database)), observer_(observer) {}

template <class Work>
void SqlStore::write(Work work) {
    database_->write([&work](Session& session) {
        work(session);
        return Decision::keep;
    });
}

template <class Work>
core::Result<void> SqlStore::write_checked(Work work) {
    core::Result<void> result;
    database_->write([&work, &result](Session& session) {
        result = work(session);
        return result ? Decision::keep : Decision::undo;
    });
    return result;
}

template <class Work>
auto SqlStore::read(View view, Work work) {
    decltype(work(std::declval<Session&>())) found{};
    database_->read(view, [&work, &found](Session& session) { found = work(session); });
    return found;
}

std::optional<Account> SqlStore::account(const AccountId& id) {
    return read(View::statement, [&](Session& session) { return find_account(session, id); });
}

std::vector<Account> SqlStore::accounts() {
    return read(View::statement, [](Session& session) { return find_accounts(session); });
}

PushOutcome SqlStore::push(const Push& push) {
    PushOutcome outcome;
    database_->write([&push, &outcome](Session& session) {
        outcome = push_commit(session, push);
        const bool stored = outcome.pushed && !outcome.pushed->repeated;
        return stored ? Decision::keep : Decision::undo;
    });
    if (outcome.pushed && !outcome.pushed->repeated) {
        database_->announce(push.account, push.commit.n);
    }
    if (observer_ != nullptr) observer_->push(outcome);
    return outcome;
}

std::optional<Pull> SqlStore::pull(const AccountId& id, std::uint64_t after,
                                   std::size_t most_bytes) {
    auto page = read(View::snapshot,
                     [&](Session& session) { return find_pull(session, id, after, most_bytes); });
    if (page && observer_ != nullptr) observer_->pull(*page);
    return page;
}

std::optional<Snapshot> SqlStore::snapshot(const AccountId& id,
                                           const std::optional<RecordId>& after,
                                           std::size_t most_bytes) {
    return read(View::snapshot,
                [&](Session& session) { return find_snapshot(session, id, after, most_bytes); });
}

std::optional<StoredCommit> SqlStore::commit(const AccountId& id, std::uint64_t n) {
    return read(View::statement, [&](Session& session) { return find_commit(session, id, n); });
}

std::optional<StoredCommit> SqlStore::roster_commit_before(const AccountId& id, std::uint64_t n) {
    return read(View::statement,
                [&](Session& session) { return find_roster_commit(session, id, n); });
}

std::vector<Device> SqlStore::devices(const AccountId& id) {
    return read(View::statement, [&](Session& session) { return find_devices(session, id); });
}

std::optional<Device> SqlStore::device(const AccountId& id, const DeviceId& device) {
    return read(View::statement,
                [&](Session& session) { return find_device(session, id, device); });
}

void SqlStore::seen(const AccountId& id, const DeviceId& device, std::uint64_t now_ms) {
    try {
        write([&](Session& session) { device_seen(session, id, device, now_ms); });
    } catch (const StoreUnavailable&) {
        // A courtesy to the person, which must not keep a device from reading.
    }
}

std::optional<AccountId> SqlStore::account_of(const IdentityKey& key) {
    if (!is_plain(key)) return std::nullopt;
    return read(View::statement, [&](Session& session) { return find_account_of(session, key); });
}

std::vector<Identity> SqlStore::identities(const AccountId& id) {
    return read(View::statement, [&](Session& session) { return find_identities(session, id); });
}

core::Result<void> SqlStore::link(const AccountId& id, const Identity& identity,
                                  const AuditEntry& audit) {
    if (!is_plain(identity)) {
        return core::unexpected(core::ErrorCode::usage, "the login's names are not plain text");
    }
    return write_checked([&](Session& session) {
        return link_identity(session, id, identity, of_account(audit, id));
    });
}

core::Result<void> SqlStore::unlink(const AccountId& id, const IdentityKey& key, bool last_may_go,
                                    const AuditEntry& audit) {
    return write_checked([&](Session& session) {
        return unlink_identity(session, id, key, last_may_go, of_account(audit, id));
    });
}

void SqlStore::logged_in(const IdentityKey& key, std::uint64_t now_ms, std::string_view display) {
    if (!is_plain(key)) return;
    write([&](Session& session) { identity_logged_in(session, key, now_ms, display); });
}

void SqlStore::put_ticket(const Ticket& ticket) {
    write([&](Session& session) { put_ticket_row(session, ticket); });
}

core::Result<void> SqlStore::put_new_ticket(const Ticket& ticket, std::uint64_t now_ms) {
    return write_checked([&](Session& session) -> core::Result<void> {
        if (put_new_ticket_row(session, ticket, now_ms) == 0) return conflict("it came before");
        return {};
    });
}

std::optional<Ticket> SqlStore::ticket(TicketKind kind, const Hash& key, std::uint64_t now_ms) {
    return read(View::statement,
                [&](Session& session) { return find_ticket(session, kind, key, now_ms); });
}

std::optional<Ticket> SqlStore::take_ticket(TicketKind kind, const Hash& key,
                                            std::uint64_t now_ms) {
    std::optional<Ticket> taken;
    write([&](Session& session) { taken = take_ticket_row(session, kind, key, now_ms); });
    return taken;
}

core::Result<void> SqlStore::replace_ticket(const Ticket& ticket) {
    return write_checked([&](Session& session) -> core::Result<void> {
        if (replace_ticket_row(session, ticket) == 0) return conflict("it has changed since");
        return {};
    });
}

void SqlStore::remove_ticket(TicketKind kind, const Hash& key) {
    write([&](Session& session) { remove_ticket_row(session, kind, key); });
}

std::vector<Ticket> SqlStore::tickets_of(const AccountId& id, TicketKind kind,
                                         std::uint64_t now_ms) {
    return read(View::statement,
                [&](Session& session) { return find_tickets_of(session, id, kind, now_ms); });
}

void SqlStore::remove_tickets_of(const AccountId& id, const std::optional<DeviceId>& device,
                                 TicketKind kind) {
    write([&](Session& session) { remove_ticket_rows_of(session, id, device, kind); });
}

void SqlStore::sweep_tickets(std::uint64_t now_ms) {
    // In steps, so that nobody waits long behind it.
    Written swept = kSweep;
    while (swept == kSweep) {
        write([&](Session& session) { swept = sweep_ticket_rows(session, now_ms); });
    }
}

void SqlStore::add_invitation(const Invitation& invitation, const AuditEntry& audit) {
    write([&](Session& session) {
        put_invitation(session, invitation);
        append_audit_line(session, audit);
    });
}

bool SqlStore::invitation_is_good(const Hash& code, std::uint64_t now_ms) {
    return read(View::statement,
                [&](Session& session) { return is_good_invitation(session, code, now_ms); });
}

AuditHead SqlStore::append_audit(const AuditEntry& entry) {
    AuditHead head;
    write([&](Session& session) { head = append_audit_line(session, entry); });
    return head;
}

AuditHead SqlStore::audit_head(const std::optional<AccountId>& account) {
    return read(View::statement,
                [&](Session& session) { return find_audit_head(session, account); });
}

std::vector<AuditLine> SqlStore::audit(const std::optional<AccountId>& account, std::uint64_t after,
                                       std::size_t limit) {
    return read(View::statement,
                [&](Session& session) { return find_audit_lines(session, account, after, limit); });
}

void SqlStore::on_change(ChangeListener listener) {
    database_->on_change(std::move(listener));
}

void SqlStore::ping() {
    database_->read(View::statement,
                    [](Session& session) { session.run(kTrivial, {audit_scope({})}); });
}

}  // namespace sparekey::sync
