#include "sync/server/store/sql/push.h"

#include "core/base/mutant.h"
#include "sync/server/store/sql/accounts.h"
#include "sync/server/store/sql/audit_log.h"
#include "sync/server/store/sql/records.h"
#include "sync/server/store/sql/tickets.h"

namespace sparekey::sync {
namespace {

constexpr Query kFound(
    "INSERT INTO accounts(id, created_ms, head, head_hash, records, bytes) "
    "VALUES($1, $2, 0, $3, 0, 0) ON CONFLICT(id) DO NOTHING");
constexpr Query kAddCommit(
    "INSERT INTO commits(account, n, hash, previous, bytes, with_roster, audit_n) "
    "VALUES($1, $2, $3, $4, $5, $6, $7)");
constexpr Query kStored("SELECT hash, audit_n FROM commits WHERE account = $1 AND n = $2");
constexpr Query kMove(
    "UPDATE accounts SET head = $2, head_hash = $3, records = $4, bytes = $5 WHERE id = $1");

using Refusal = std::optional<PushRefusal>;

PushOutcome refused(PushRefusal why, const AccountHead& head) {
    return {std::nullopt, why, head.n, head.hash};
}

/// The first answer again, if this very commit was stored before.
std::optional<Pushed> earlier_answer(Session& session, const Push& push) {
    const Answer found = session.run(kStored, {bytes(push.account), ordered(push.commit.n)});
    const Row* const stored = found.first();
    if (stored == nullptr || stored->hash(0) != push.commit.hash) return std::nullopt;
    return Pushed{push.commit.n, push.commit.hash, true,
                  audit_head_at(session, push.account, stored->number(1))};
}

bool follows(const Push& push, const AccountHead& head) {
    if (SPAREKEY_LEFT_OUT("push-follows-head")) return true;
    return push.commit.n == head.n + 1 && push.previous == head.hash;
}

/// The account's row, if nobody else made it meanwhile.
bool found_account(Session& session, const Push& push) {
    const Hash none{};
    return session.run(kFound, {bytes(push.account), ordered(push.audit.at_ms), bytes(none)})
               .changed == 1;
}

/// What signing up uses up: the identity's place in the directory, and one use of the invitation.
Refusal sign_up(Session& session, const Push& push) {
    const Push::Founding& founding = *push.founding;
    if (founding.identity) {
        if (!is_plain(*founding.identity)) return PushRefusal::malformed;
        if (claim_identity(session, push.account, *founding.identity) == Claim::taken) {
            return PushRefusal::identity_taken;
        }
    }
    if (!founding.invitation || SPAREKEY_LEFT_OUT("invitation-used")) return {};
    const Written used = use_invitation(session, *founding.invitation, push.audit.at_ms);
    return used == 1 ? Refusal() : PushRefusal::invitation;
}

Refusal use_enrolment(Session& session, const Push& push) {
    if (!push.enrolment || SPAREKEY_LEFT_OUT("enrolment-consumed")) return {};
    const Written used = consume_ticket(session, *push.enrolment, push.audit.at_ms);
    return used == 1 ? Refusal() : PushRefusal::enrolment_gone;
}

Refusal store_changes(Session& session, const Push& push, Usage& usage) {
    for (const Change& change : push.changes) {
        if (!apply_change(session, push.account, change, push.commit.n, usage)) {
            return PushRefusal::version;
        }
    }
    return {};
}

/// Beyond its quota an account may shrink, but not grow.
bool grows_beyond(std::uint64_t before, std::uint64_t after, std::uint64_t quota) {
    return after > quota && after > before;
}

Refusal check_quota(const Push& push, const Usage& before, const Usage& after) {
    if (SPAREKEY_LEFT_OUT("push-quota")) return {};
    const bool beyond = grows_beyond(before.records, after.records, push.quota.records) ||
                        grows_beyond(before.bytes, after.bytes, push.quota.bytes);
    return beyond ? PushRefusal::quota : Refusal();
}

Refusal check_devices(Session& session, const Push& push) {
    if (!push.roster || SPAREKEY_LEFT_OUT("device-quota")) return {};
    std::size_t before = 0;
    for (const Device& device : find_devices(session, push.account)) {
        if (!device.revoked_ms) ++before;
    }
    const bool beyond = grows_beyond(before, push.roster->devices.size(), push.quota.devices);
    return beyond ? PushRefusal::quota : Refusal();
}

void store_roster(Session& session, const Push& push) {
    if (!push.roster) return;
    replace_roster(session, push.account, *push.roster);
    replace_devices(session, push.account, push.roster->devices, push.audit.at_ms);
}

Pushed store_commit(Session& session, const Push& push, const Usage& usage) {
    AuditEntry entry = push.audit;
    entry.account = push.account;
    const AuditHead audit = append_audit_line(session, entry);
    const std::uint64_t n = push.commit.n;
    session.run(kAddCommit,
                {bytes(push.account), number(n), bytes(push.commit.hash), bytes(push.previous),
                 bytes(push.commit.bytes), number(push.roster ? 1 : 0), number(audit.n)});
    session.run(kMove, {bytes(push.account), number(n), bytes(push.commit.hash),
                        number(usage.records), number(usage.bytes)});
    return {n, push.commit.hash, false, audit};
}

/// On an account whose head is held and is the one that the commit follows.
PushOutcome store_on(Session& session, const Push& push, const AccountHead& head) {
    if (const Refusal why = use_enrolment(session, push)) return refused(*why, head);
    if (const Refusal why = check_devices(session, push)) return refused(*why, head);
    Usage usage = head.usage;
    if (const Refusal why = store_changes(session, push, usage)) return refused(*why, head);
    if (const Refusal why = check_quota(push, head.usage, usage)) return refused(*why, head);
    store_roster(session, push);
    return {store_commit(session, push, usage), PushRefusal::behind, push.commit.n,
            push.commit.hash};
}

PushOutcome found_and_store(Session& session, const Push& push) {
    const AccountHead nothing;
    if (!push.founding || !follows(push, nothing)) return refused(PushRefusal::behind, nothing);
    // Another founder was quicker: its commit is the head by now.
    if (!found_account(session, push)) return push_commit(session, push);
    if (const Refusal why = sign_up(session, push)) return refused(*why, nothing);
    return store_on(session, push, nothing);
}

}  // namespace

PushOutcome push_commit(Session& session, const Push& push) {
    const auto head = lock_account(session, push.account);
    if (!head) return found_and_store(session, push);
    if (const auto earlier = earlier_answer(session, push)) {
        return {earlier, PushRefusal::behind, head->n, head->hash};
    }
    if (!follows(push, *head)) return refused(PushRefusal::behind, *head);
    return store_on(session, push, *head);
}

}  // namespace sparekey::sync
