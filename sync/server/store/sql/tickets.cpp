#include "sync/server/store/sql/tickets.h"

#include "core/base/mutant.h"

namespace sparekey::sync {
namespace {

// In each that gives one out: not of a device that is revoked, for the kinds $4 to $5, those that a
// member holds. Whoever put one while the device was being revoked put it in vain.
#define SPAREKEY_NOT_REVOKED                                               \
    " AND NOT (kind BETWEEN $4 AND $5 AND EXISTS(SELECT 1 FROM devices d " \
    "WHERE d.account = tickets.account AND d.id = tickets.device AND d.revoked_ms IS NOT NULL))"
#define SPAREKEY_TICKET "kind, key, expires_ms, account, device, state, revision"

constexpr Query kPutTicket(
    "INSERT INTO tickets(" SPAREKEY_TICKET
    ") VALUES($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT(kind, key) DO UPDATE SET expires_ms = excluded.expires_ms, "
    "account = excluded.account, device = excluded.device, state = excluded.state, "
    "revision = excluded.revision");
constexpr Query kPutNew(
    "INSERT INTO tickets(" SPAREKEY_TICKET
    ") VALUES($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT(kind, key) DO UPDATE SET expires_ms = excluded.expires_ms, "
    "account = excluded.account, device = excluded.device, state = excluded.state, "
    "revision = excluded.revision WHERE tickets.expires_ms <= $8");
constexpr Query kFind("SELECT " SPAREKEY_TICKET
                      " FROM tickets WHERE kind = $1 AND key = $2 "
                      "AND expires_ms > $3" SPAREKEY_NOT_REVOKED);
constexpr Query kTake(
    "DELETE FROM tickets WHERE kind = $1 AND key = $2 "
    "AND expires_ms > $3" SPAREKEY_NOT_REVOKED " RETURNING " SPAREKEY_TICKET);
constexpr Query kReplace(
    "UPDATE tickets SET expires_ms = $4, account = $5, device = $6, state = $7, "
    "revision = revision + 1 WHERE kind = $1 AND key = $2 AND revision = $3");
constexpr Query kConsume(
    "DELETE FROM tickets WHERE kind = $1 AND key = $2 AND revision = $3 AND expires_ms > $4");
constexpr Query kRemoveTicket("DELETE FROM tickets WHERE kind = $1 AND key = $2");
constexpr Query kTicketsOfAccount("SELECT " SPAREKEY_TICKET
                                  " FROM tickets WHERE account = $1 "
                                  "AND kind = $2 AND expires_ms > $3" SPAREKEY_NOT_REVOKED
                                  " ORDER BY key");
constexpr Query kRemoveOfAccount("DELETE FROM tickets WHERE account = $1 AND kind = $2");
constexpr Query kRemoveOfDevice(
    "DELETE FROM tickets WHERE account = $1 AND kind = $2 AND device = $3");
constexpr Query kSweepQuery(
    "DELETE FROM tickets WHERE (kind, key) IN "
    "(SELECT kind, key FROM tickets WHERE expires_ms <= $1 LIMIT $2)");

constexpr Query kInvite(
    "INSERT INTO invitations(code, uses_left, expires_ms) VALUES($1, $2, $3) "
    "ON CONFLICT(code) DO UPDATE SET uses_left = excluded.uses_left, "
    "expires_ms = excluded.expires_ms");
constexpr Query kIsGood(
    "SELECT uses_left FROM invitations WHERE code = $1 AND uses_left > 0 AND expires_ms > $2");
// The count is decided where it is lowered (H-11).
constexpr Query kUse(
    "UPDATE invitations SET uses_left = uses_left - 1 "
    "WHERE code = $1 AND uses_left > 0 AND expires_ms > $2");

Value kind_value(TicketKind kind) {
    return static_cast<std::int64_t>(kind);
}

Value first_of_members() {
    constexpr auto kNone = static_cast<TicketKind>(100);
    return kind_value(SPAREKEY_LEFT_OUT("revoked-device-ticket") ? kNone
                                                                 : TicketKind::access_token);
}
Value last_of_members() {
    return kind_value(TicketKind::link_intent);
}

Ticket ticket_of_row(const Row& row) {
    Ticket ticket;
    ticket.kind = static_cast<TicketKind>(row.number(0));
    ticket.key = row.hash(1);
    ticket.expires_ms = row.number(2);
    if (!row.is_null(3)) ticket.account = row.id<AccountId>(3);
    if (!row.is_null(4)) ticket.device = row.id<DeviceId>(4);
    ticket.state = row.bytes(5);
    ticket.revision = row.number(6);
    return ticket;
}

std::optional<Ticket> only_ticket(const Answer& answer) {
    if (answer.first() == nullptr) return std::nullopt;
    return ticket_of_row(*answer.first());
}

}  // namespace

void put_ticket_row(Session& session, const Ticket& ticket) {
    session.run(kPutTicket, {kind_value(ticket.kind), bytes(ticket.key), ordered(ticket.expires_ms),
                             bytes(ticket.account), bytes(ticket.device), bytes(ticket.state),
                             number(ticket.revision)});
}

Written put_new_ticket_row(Session& session, const Ticket& ticket, std::uint64_t now_ms) {
    if (SPAREKEY_LEFT_OUT("ticket-only-once")) return put_ticket_row(session, ticket), 1;
    return session
        .run(kPutNew, {kind_value(ticket.kind), bytes(ticket.key), ordered(ticket.expires_ms),
                       bytes(ticket.account), bytes(ticket.device), bytes(ticket.state),
                       number(ticket.revision), ordered(now_ms)})
        .changed;
}

std::optional<Ticket> find_ticket(Session& session, TicketKind kind, const Hash& key,
                                  std::uint64_t now_ms) {
    return only_ticket(session.run(kFind, {kind_value(kind), bytes(key), ordered(now_ms),
                                           first_of_members(), last_of_members()}));
}

std::optional<Ticket> take_ticket_row(Session& session, TicketKind kind, const Hash& key,
                                      std::uint64_t now_ms) {
    if (SPAREKEY_LEFT_OUT("ticket-taken-once")) return find_ticket(session, kind, key, now_ms);
    return only_ticket(session.run(kTake, {kind_value(kind), bytes(key), ordered(now_ms),
                                           first_of_members(), last_of_members()}));
}

Written replace_ticket_row(Session& session, const Ticket& ticket) {
    return session
        .run(kReplace, {kind_value(ticket.kind), bytes(ticket.key), number(ticket.revision),
                        ordered(ticket.expires_ms), bytes(ticket.account), bytes(ticket.device),
                        bytes(ticket.state)})
        .changed;
}

Written consume_ticket(Session& session, const Ticket& ticket, std::uint64_t now_ms) {
    return session
        .run(kConsume,
             {kind_value(ticket.kind), bytes(ticket.key), number(ticket.revision), ordered(now_ms)})
        .changed;
}

void remove_ticket_row(Session& session, TicketKind kind, const Hash& key) {
    session.run(kRemoveTicket, {kind_value(kind), bytes(key)});
}

std::vector<Ticket> find_tickets_of(Session& session, const AccountId& id, TicketKind kind,
                                    std::uint64_t now_ms) {
    std::vector<Ticket> tickets;
    const Answer found = session.run(
        kTicketsOfAccount,
        {bytes(id), kind_value(kind), ordered(now_ms), first_of_members(), last_of_members()});
    for (const Row& row : found.rows) tickets.push_back(ticket_of_row(row));
    return tickets;
}

void remove_ticket_rows_of(Session& session, const AccountId& id,
                           const std::optional<DeviceId>& device, TicketKind kind) {
    if (device) {
        session.run(kRemoveOfDevice, {bytes(id), kind_value(kind), bytes(*device)});
    } else {
        session.run(kRemoveOfAccount, {bytes(id), kind_value(kind)});
    }
}

Written sweep_ticket_rows(Session& session, std::uint64_t now_ms) {
    return session.run(kSweepQuery, {ordered(now_ms), ordered(kSweep)}).changed;
}

void put_invitation(Session& session, const Invitation& invitation) {
    session.run(kInvite, {bytes(invitation.code), number(invitation.uses_left),
                          ordered(invitation.expires_ms)});
}

bool is_good_invitation(Session& session, const Hash& code, std::uint64_t now_ms) {
    return session.run(kIsGood, {bytes(code), ordered(now_ms)}).first() != nullptr;
}

Written use_invitation(Session& session, const Hash& code, std::uint64_t now_ms) {
    return session.run(kUse, {bytes(code), ordered(now_ms)}).changed;
}

}  // namespace sparekey::sync
