// What a member device asks about its account, and changes in it beside the chain: identities,
// approvals of new devices, the account page's one-time link, the audit log.
#pragma once

#include "sync/server/accounts/sessions.h"

namespace sparekey::sync {

std::vector<Route> account_routes(Services& services);

}  // namespace sparekey::sync
