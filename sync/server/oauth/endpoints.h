// The endpoints of the authorization server that a device calls, or sends its browser to.
#pragma once

#include "sync/server/accounts/services.h"
#include "sync/server/http/router.h"

namespace sparekey::sync {

/// RFC 8414 metadata, authorization (RFC 6749 section 4.1, RFC 7636), token, device authorization
/// (RFC 8628), revocation (RFC 7009).
std::vector<Route> oauth_routes(Services& services);

}  // namespace sparekey::sync
