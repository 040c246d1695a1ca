// The grant of a member device: an assertion signed by its key (RFC 7523) for an access token.
#pragma once

#include "sync/server/accounts/services.h"
#include "sync/server/http/message.h"

namespace sparekey::sync {

/// As Limiter::prove() knows the device that an assertion names, at the request's address; "" if it
/// names none. Nothing is verified.
std::string assertion_proof(const std::string& assertion, const Request& request);

Response answer_assertion(Services& services, const std::string& assertion, const Request& request);

}  // namespace sparekey::sync
