// Who a request says it comes from (RFC 6750 section 2.1).
#pragma once

#include "sync/server/http/message.h"
#include "sync/server/log/token.h"

namespace sparekey::sync {

/// The token of "Authorization: Bearer TOKEN" (the scheme in any case, the token of RFC 6750's
/// characters); nothing if it is not there or malformed.
std::optional<Token> bearer_token(const Request& request);

}  // namespace sparekey::sync
