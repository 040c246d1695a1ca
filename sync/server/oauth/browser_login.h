// The way of a browser: the code box or an authorization request, the choice of a provider, the
// provider, the confirmation. Each step is a request; what joins them is a ticket under the
// browser's cookie.
#pragma once

#include "sync/server/accounts/enrolments.h"
#include "sync/server/http/router.h"

namespace sparekey::sync {

/// Begins a login for `state` and leads the browser on.
Response begin_browser_login(Services& services, BrowserState state);

std::vector<Route> browser_login_routes(Services& services);

}  // namespace sparekey::sync
