#include "tests/support/memory_store.h"

#include "sync/protocol/audit_chain.h"
#include "sync/server/store/plain_text.h"

#include <algorithm>

namespace sparekey::tests {
namespace {

using namespace sync;
using Refusal = std::optional<PushRefusal>;

constexpr std::uint64_t kMostTime = ~std::uint64_t{0} >> 1;

bool is_plain_key(const IdentityKey& key) {
    return is_plain(key.issuer) && is_plain(key.subject);
}

PushOutcome refused(PushRefusal why, const Account& account) {
    return {std::nullopt, why, account.head, account.head_hash};
}

Ticket kept(Ticket ticket) {
    ticket.expires_ms = std::min(ticket.expires_ms, kMostTime);
    return ticket;
}

bool grows_beyond(std::uint64_t before, std::uint64_t after, std::uint64_t quota) {
    return after > before && after > quota;
}

}  // namespace

const MemoryStore::Whole* MemoryStore::find(const AccountId& id) const {
    const auto found = state_.accounts.find(id);
    return found == state_.accounts.end() ? nullptr : &found->second;
}

std::optional<Account> MemoryStore::account(const AccountId& id) {
    const std::lock_guard lock(mutex_);
    const Whole* const whole = find(id);
    return whole == nullptr ? std::nullopt : std::optional(whole->account);
}

std::vector<Account> MemoryStore::accounts() {
    const std::lock_guard lock(mutex_);
    std::vector<Account> all;
    for (const auto& [id, whole] : state_.accounts) {
        all.push_back(whole.account);
        all.back().roster = all.back().slots = all.back().keyring = {};
    }
    return all;
}

AuditHead MemoryStore::append(State& state, AuditEntry entry) {
    entry = kept_form(std::move(entry));
    auto& lines = state.audit[entry.account];
    AuditLine line{entry, lines.size() + 1, lines.empty() ? core::Hash{} : lines.back().hash, {}};
    line.hash = audit_hash(entry, line.n, line.previous);
    lines.push_back(line);
    return {line.n, line.hash};
}

PushOutcome MemoryStore::push(const Push& push) {
    PushOutcome outcome;
    ChangeListener listener;
    {
        const std::lock_guard lock(mutex_);
        State next = state_;  // a transaction: all of it or nothing
        outcome = push_into(next, push);
        if (!outcome.pushed || outcome.pushed->repeated) return outcome;
        state_ = std::move(next);
        listener = listener_;
    }
    if (listener) listener(push.account, push.commit.n);
    return outcome;
}

PushOutcome MemoryStore::push_into(State& state, const Push& push) {
    const bool is_new = !state.accounts.contains(push.account);
    if (is_new && !push.founding) return refused(PushRefusal::behind, {});
    Whole& whole = state.accounts[push.account];
    const Account before = whole.account;
    if (push.commit.n >= 1 && push.commit.n <= before.head) {
        const Kept& stored = whole.commits[push.commit.n - 1];
        if (stored.commit.hash == push.commit.hash) {
            return {Pushed{push.commit.n, push.commit.hash, true, stored.audit},
                    PushRefusal::behind, before.head, before.head_hash};
        }
    }
    if (push.commit.n != before.head + 1 || push.previous != before.head_hash) {
        return refused(PushRefusal::behind, before);
    }
    if (is_new) {
        whole.account.id = push.account;
        whole.account.created_ms = push.audit.at_ms;
        if (const Refusal why = sign_up(state, push)) return refused(*why, before);
    }
    if (push.enrolment) {
        const auto held = state.tickets.find({push.enrolment->kind, push.enrolment->key});
        if (held == state.tickets.end() || held->second.revision != push.enrolment->revision ||
            held->second.expires_ms <= push.audit.at_ms) {
            return refused(PushRefusal::enrolment_gone, before);
        }
        state.tickets.erase(held);
    }
    if (const Refusal why = apply(whole, push)) return refused(*why, before);
    replace_devices(state, whole, push);
    AuditEntry entry = push.audit;
    entry.account = push.account;
    const AuditHead audit = append(state, entry);
    whole.commits.push_back({push.commit, push.roster.has_value(), audit});
    whole.account.head = push.commit.n;
    whole.account.head_hash = push.commit.hash;
    return {Pushed{push.commit.n, push.commit.hash, false, audit}, PushRefusal::behind,
            push.commit.n, push.commit.hash};
}

Refusal MemoryStore::sign_up(State& state, const Push& push) {
    if (push.founding->identity) {
        const Identity& identity = *push.founding->identity;
        if (!is_plain_key(identity.key) || !is_plain(identity.provider)) {
            return PushRefusal::malformed;
        }
        for (const auto& [id, whole] : state.accounts) {
            if (whole.identities.contains(identity.key)) return PushRefusal::identity_taken;
        }
        state.accounts[push.account].identities[identity.key] = identity;
    }
    if (!push.founding->invitation) return {};
    const auto found = state.invitations.find(*push.founding->invitation);
    if (found == state.invitations.end() || found->second.uses_left == 0 ||
        found->second.expires_ms <= push.audit.at_ms) {
        return PushRefusal::invitation;
    }
    found->second.uses_left -= 1;
    return {};
}

Refusal MemoryStore::apply(Whole& whole, const Push& push) {
    if (push.roster) {
        const auto before = std::count_if(whole.devices.begin(), whole.devices.end(),
                                          [](const auto& one) { return !one.second.revoked_ms; });
        if (grows_beyond(static_cast<std::uint64_t>(before), push.roster->devices.size(),
                         push.quota.devices)) {
            return PushRefusal::quota;
        }
    }
    const Usage before = whole.account.usage;
    for (const Change& change : push.changes) {
        const auto present = whole.records.find(change.id);
        const bool is_next =
            present == whole.records.end() || change.version == present->second.change.version + 1;
        if (change.version == 0 || !is_next) return PushRefusal::version;
        if (change.blob) {
            whole.records[change.id] = {change, push.commit.n};
        } else {
            whole.records.erase(change.id);
        }
    }
    Usage after{whole.records.size(), 0};
    for (const auto& [id, record] : whole.records) after.bytes += record.change.blob->size();
    whole.account.usage = after;
    const bool beyond = grows_beyond(before.records, after.records, push.quota.records) ||
                        grows_beyond(before.bytes, after.bytes, push.quota.bytes);
    return beyond ? PushRefusal::quota : Refusal();
}

void MemoryStore::replace_devices(State& state, Whole& whole, const Push& push) {
    if (!push.roster) return;
    whole.account.roster = push.roster->roster;
    whole.account.slots = push.roster->slots;
    whole.account.keyring = push.roster->keyring;
    std::map<DeviceId, Device> listed;
    for (const Device& device : push.roster->devices) listed[device.id] = device;
    for (auto& [id, device] : whole.devices) {
        if (listed.contains(id) || device.revoked_ms) continue;
        device.revoked_ms = push.audit.at_ms;
        std::erase_if(state.tickets, [&, &gone = id](const auto& one) {
            return one.second.account == push.account && one.second.device == gone;
        });
    }
    for (const auto& [id, device] : listed) {
        const auto present = whole.devices.find(id);
        Device now = device;
        now.revoked_ms = {};
        if (present != whole.devices.end()) {
            now.last_seen_ms = present->second.last_seen_ms;
            if (!present->second.revoked_ms) now.added_ms = present->second.added_ms;
        }
        whole.devices[id] = now;
    }
}

std::optional<Pull> MemoryStore::pull(const AccountId& id, std::uint64_t after,
                                      std::size_t most_bytes) {
    const std::lock_guard lock(mutex_);
    const Whole* const whole = find(id);
    if (whole == nullptr) return std::nullopt;
    Pull page{whole->account.head, whole->account.head_hash, {}, {}, {}, {}, {}};
    const auto& lines = state_.audit[id];
    page.audit = {lines.back().n, lines.back().hash};
    std::size_t weight = 0;
    for (std::uint64_t n = after + 1; n > after && n <= whole->account.head; ++n) {
        const Kept& kept = whole->commits[n - 1];
        std::vector<Change> brought;
        weight += kept.commit.bytes.size();
        for (const auto& [record_id, record] : whole->records) {
            if (record.commit_n != n) continue;
            brought.push_back(record.change);
            weight += record.change.blob->size();
        }
        if (weight > most_bytes && !page.commits.empty()) break;
        page.commits.push_back(kept.commit);
        page.blobs.insert(page.blobs.end(), brought.begin(), brought.end());
        if (!kept.with_roster) continue;
        page.slots = whole->account.slots;
        page.keyring = whole->account.keyring;
    }
    return page;
}

std::optional<Snapshot> MemoryStore::snapshot(const AccountId& id,
                                              const std::optional<RecordId>& after,
                                              std::size_t most_bytes) {
    const std::lock_guard lock(mutex_);
    const Whole* const whole = find(id);
    if (whole == nullptr) return std::nullopt;
    Snapshot page{whole->account.head, whole->account.head_hash, {}, false};
    auto next = after ? whole->records.upper_bound(*after) : whole->records.begin();
    std::size_t weight = 0;
    for (; next != whole->records.end(); ++next) {
        weight += next->second.change.blob->size();
        page.more = weight > most_bytes && !page.records.empty();
        if (page.more) break;
        page.records.push_back(next->second.change);
    }
    return page;
}

std::optional<StoredCommit> MemoryStore::commit(const AccountId& id, std::uint64_t n) {
    const std::lock_guard lock(mutex_);
    const Whole* const whole = find(id);
    if (whole == nullptr || n == 0 || n > whole->account.head) return std::nullopt;
    return whole->commits[n - 1].commit;
}

std::optional<StoredCommit> MemoryStore::roster_commit_before(const AccountId& id,
                                                              std::uint64_t n) {
    const std::lock_guard lock(mutex_);
    const Whole* const whole = find(id);
    if (whole == nullptr) return std::nullopt;
    std::optional<StoredCommit> last;
    for (const Kept& kept : whole->commits) {
        if (kept.with_roster && kept.commit.n < n) last = kept.commit;
    }
    return last;
}

std::vector<Device> MemoryStore::devices(const AccountId& id) {
    const std::lock_guard lock(mutex_);
    std::vector<Device> all;
    if (const Whole* const whole = find(id)) {
        for (const auto& [key, device] : whole->devices) all.push_back(device);
    }
    return all;
}

std::optional<Device> MemoryStore::device(const AccountId& id, const DeviceId& device) {
    for (const Device& one : devices(id)) {
        if (one.id == device) return one;
    }
    return std::nullopt;
}

void MemoryStore::seen(const AccountId& id, const DeviceId& device, std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const auto whole = state_.accounts.find(id);
    if (whole == state_.accounts.end()) return;
    const auto found = whole->second.devices.find(device);
    if (found == whole->second.devices.end()) return;
    if (found->second.last_seen_ms + 60'000 <= now_ms) found->second.last_seen_ms = now_ms;
}

std::optional<AccountId> MemoryStore::account_of(const IdentityKey& key) {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, whole] : state_.accounts) {
        if (whole.identities.contains(key)) return id;
    }
    return std::nullopt;
}

std::vector<Identity> MemoryStore::identities(const AccountId& id) {
    const std::lock_guard lock(mutex_);
    std::vector<Identity> all;
    if (const Whole* const whole = find(id)) {
        for (const auto& [key, one] : whole->identities) all.push_back(one);
    }
    return all;
}

core::Result<void> MemoryStore::link(const AccountId& id, const Identity& identity,
                                     const AuditEntry& audit) {
    if (!is_plain_key(identity.key) || !is_plain(identity.provider)) {
        return core::unexpected(core::ErrorCode::usage, "not plain text");
    }
    const auto owner = account_of(identity.key);
    const std::lock_guard lock(mutex_);
    const auto whole = state_.accounts.find(id);
    if (whole == state_.accounts.end()) {
        return core::unexpected(core::ErrorCode::not_found, "no account");
    }
    if (owner && *owner != id) return core::unexpected(core::ErrorCode::conflict, "taken");
    Identity kept = identity;
    kept.display = plain_text(identity.display);
    const auto present = whole->second.identities.find(identity.key);
    if (present != whole->second.identities.end()) {
        kept.linked_ms = present->second.linked_ms;
        kept.last_login_ms = present->second.last_login_ms;
    }
    whole->second.identities[identity.key] = kept;
    AuditEntry entry = audit;
    entry.account = id;
    append(state_, entry);
    return {};
}

core::Result<void> MemoryStore::unlink(const AccountId& id, const IdentityKey& key,
                                       bool last_may_go, const AuditEntry& audit) {
    const std::lock_guard lock(mutex_);
    const auto whole = state_.accounts.find(id);
    if (whole == state_.accounts.end() || !whole->second.identities.contains(key)) {
        return core::unexpected(core::ErrorCode::not_found, "not linked");
    }
    if (whole->second.identities.size() == 1 && !last_may_go) {
        return core::unexpected(core::ErrorCode::conflict, "the last");
    }
    whole->second.identities.erase(key);
    AuditEntry entry = audit;
    entry.account = id;
    append(state_, entry);
    return {};
}

void MemoryStore::logged_in(const IdentityKey& key, std::uint64_t now_ms,
                            std::string_view display) {
    const std::lock_guard lock(mutex_);
    for (auto& [id, whole] : state_.accounts) {
        const auto found = whole.identities.find(key);
        if (found == whole.identities.end()) continue;
        found->second.last_login_ms = now_ms;
        found->second.display = plain_text(display);
    }
}

void MemoryStore::put_ticket(const Ticket& ticket) {
    const std::lock_guard lock(mutex_);
    state_.tickets[{ticket.kind, ticket.key}] = kept(ticket);
}

core::Result<void> MemoryStore::put_new_ticket(const Ticket& ticket, std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const auto found = state_.tickets.find({ticket.kind, ticket.key});
    if (found != state_.tickets.end() && found->second.expires_ms > now_ms) {
        return core::unexpected(core::ErrorCode::conflict, "it came before");
    }
    state_.tickets[{ticket.kind, ticket.key}] = kept(ticket);
    return {};
}

bool MemoryStore::is_given_out(const Ticket& ticket, std::uint64_t now_ms) const {
    if (ticket.expires_ms <= now_ms) return false;
    const bool is_members =
        ticket.kind >= TicketKind::access_token && ticket.kind <= TicketKind::link_intent;
    if (!is_members || !ticket.account || !ticket.device) return true;
    const Whole* const whole = find(*ticket.account);
    if (whole == nullptr) return true;
    const auto device = whole->devices.find(*ticket.device);
    return device == whole->devices.end() || !device->second.revoked_ms;
}

std::optional<Ticket> MemoryStore::ticket(TicketKind kind, const core::Hash& key,
                                          std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const auto found = state_.tickets.find({kind, key});
    if (found == state_.tickets.end() || !is_given_out(found->second, now_ms)) return std::nullopt;
    return found->second;
}

std::optional<Ticket> MemoryStore::take_ticket(TicketKind kind, const core::Hash& key,
                                               std::uint64_t now_ms) {
    auto taken = ticket(kind, key, now_ms);
    const std::lock_guard lock(mutex_);
    if (taken && state_.tickets.erase({kind, key}) == 0) taken.reset();
    return taken;
}

core::Result<void> MemoryStore::replace_ticket(const Ticket& ticket) {
    const std::lock_guard lock(mutex_);
    const auto found = state_.tickets.find({ticket.kind, ticket.key});
    if (found == state_.tickets.end() || found->second.revision != ticket.revision) {
        return core::unexpected(core::ErrorCode::conflict, "it has changed since");
    }
    found->second = kept(ticket);
    found->second.revision += 1;
    return {};
}

void MemoryStore::remove_ticket(TicketKind kind, const core::Hash& key) {
    const std::lock_guard lock(mutex_);
    state_.tickets.erase({kind, key});
}

std::vector<Ticket> MemoryStore::tickets_of(const AccountId& id, TicketKind kind,
                                            std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    std::vector<Ticket> all;
    for (const auto& [key, ticket] : state_.tickets) {
        const bool theirs = ticket.account == id && ticket.kind == kind;
        if (theirs && is_given_out(ticket, now_ms)) all.push_back(ticket);
    }
    return all;
}

void MemoryStore::remove_tickets_of(const AccountId& id, const std::optional<DeviceId>& device,
                                    TicketKind kind) {
    const std::lock_guard lock(mutex_);
    std::erase_if(state_.tickets, [&](const auto& one) {
        const Ticket& ticket = one.second;
        return ticket.account == id && ticket.kind == kind && (!device || ticket.device == device);
    });
}

void MemoryStore::sweep_tickets(std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    std::erase_if(state_.tickets, [&](const auto& one) { return one.second.expires_ms <= now_ms; });
}

void MemoryStore::add_invitation(const Invitation& invitation, const AuditEntry& audit) {
    const std::lock_guard lock(mutex_);
    state_.invitations[invitation.code] = invitation;
    append(state_, audit);
}

bool MemoryStore::invitation_is_good(const core::Hash& code, std::uint64_t now_ms) {
    const std::lock_guard lock(mutex_);
    const auto found = state_.invitations.find(code);
    return found != state_.invitations.end() && found->second.uses_left > 0 &&
           found->second.expires_ms > now_ms;
}

AuditHead MemoryStore::append_audit(const AuditEntry& entry) {
    const std::lock_guard lock(mutex_);
    return append(state_, entry);
}

AuditHead MemoryStore::audit_head(const std::optional<AccountId>& account) {
    const std::lock_guard lock(mutex_);
    const auto& lines = state_.audit[account];
    return lines.empty() ? AuditHead{} : AuditHead{lines.back().n, lines.back().hash};
}

std::vector<AuditLine> MemoryStore::audit(const std::optional<AccountId>& account,
                                          std::uint64_t after, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    std::vector<AuditLine> page;
    for (const AuditLine& line : state_.audit[account]) {
        if (line.n > after && page.size() < limit) page.push_back(line);
    }
    return page;
}

void MemoryStore::on_change(ChangeListener listener) {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
}

}  // namespace sparekey::tests
