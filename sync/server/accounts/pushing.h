// A push from its bytes to the store: what was signed is verified here, on top of what the store
// has, and what only a transaction can decide is left to it.
#pragma once

#include "sync/server/accounts/sessions.h"

namespace sparekey::sync {

/// By a device of the roster in force; its own commit, or one that another device of the account
/// has signed.
Response push_as_member(Services& services, const Request& request, const Member& member);

/// The first commit of an account that its login may found, or the one by which an opened enrolment
/// joins.
Response push_as_enrolling(Services& services, const Request& request, Enrolling& enrolling);

}  // namespace sparekey::sync
