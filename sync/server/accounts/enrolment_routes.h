// What a device does between its login and its place in the roster: looks at its enrolment, opens
// the account with a long secret of its owner, or asks a member to approve it.
#pragma once

#include "sync/server/accounts/sessions.h"

namespace sparekey::sync {

std::vector<Route> enrolment_routes(Services& services);

}  // namespace sparekey::sync
