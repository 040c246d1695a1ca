// Who is asking: the sessions that guards make, and nothing else can (H-09).
#pragma once

#include "sync/server/accounts/enrolments.h"
#include "sync/server/http/router.h"

namespace sparekey::sync {

/// A device of the roster in force. Its token died in the transaction that revoked it, so a token
/// that is there is a member's.
struct Member {
    AccountId account;
    DeviceId device;
};

/// A device that may see its own enrolment and go on to join.
struct Enrolling {
    Held<EnrolmentState> held;
};

Guard<Member> member_guard(Services& services);
Guard<Enrolling> enrolment_guard(Services& services);

/// What everybody gets whom a guard does not know: the same for a missing, unknown, expired or
/// revoked token, and for one of another kind (H-08).
Response unauthorized(Attempt attempt = Attempt::by_status);

/// What a secret that opens nothing counts as. One that has merely expired was made here, and
/// nobody guesses 256 bits to find it: forgiven, as long as the store has not swept it. What is
/// answered is the same.
Attempt attempt_with(Services& services, TicketKind kind, const Hash& key);

std::string issue_access_token(Services& services, const AccountId& account,
                               const DeviceId& device);

}  // namespace sparekey::sync
