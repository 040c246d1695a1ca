// The account page: what a person sees and changes in a browser, in a session that a member device
// opened by a one-time link. A login alone opens none.
#pragma once

#include "sync/server/accounts/enrolments.h"
#include "sync/server/http/router.h"

namespace sparekey::sync {

std::vector<Route> page_routes(Services& services);

}  // namespace sparekey::sync
