// Tickets and invitations: what may be used once, or so many times.
#pragma once

#include "sync/server/store/sql/session.h"
#include "sync/server/store/store.h"

namespace sparekey::sync {

/// How many rows were written: 1, or 0 if what the function asks for does not hold.
using Written = std::size_t;

void put_ticket_row(Session& session, const Ticket& ticket);
/// 0 if one with its key has not expired yet.
Written put_new_ticket_row(Session& session, const Ticket& ticket, std::uint64_t now_ms);
std::optional<Ticket> find_ticket(Session& session, TicketKind kind, const Hash& key,
                                  std::uint64_t now_ms);
std::optional<Ticket> take_ticket_row(Session& session, TicketKind kind, const Hash& key,
                                      std::uint64_t now_ms);
/// 0 if its revision is another by now.
Written replace_ticket_row(Session& session, const Ticket& ticket);
/// 0 if it is gone, has expired, or its revision is another by now.
Written consume_ticket(Session& session, const Ticket& ticket, std::uint64_t now_ms);
void remove_ticket_row(Session& session, TicketKind kind, const Hash& key);
std::vector<Ticket> find_tickets_of(Session& session, const AccountId& id, TicketKind kind,
                                    std::uint64_t now_ms);
void remove_ticket_rows_of(Session& session, const AccountId& id,
                           const std::optional<DeviceId>& device, TicketKind kind);
/// At most kSweep of those that have expired; how many there were.
inline constexpr std::size_t kSweep = 1000;
Written sweep_ticket_rows(Session& session, std::uint64_t now_ms);

void put_invitation(Session& session, const Invitation& invitation);
bool is_good_invitation(Session& session, const Hash& code, std::uint64_t now_ms);
/// 0 if there is none, none is left, or it has expired.
Written use_invitation(Session& session, const Hash& code, std::uint64_t now_ms);

}  // namespace sparekey::sync
