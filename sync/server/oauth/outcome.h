// How a login in a browser ends, for whoever asked for it: the client that waits behind a redirect,
// the person who carries a code over, or the device that polls.
#pragma once

#include "sync/server/accounts/enrolments.h"
#include "sync/server/http/message.h"

namespace sparekey::sync {

/// Confirmed by the person: the login takes effect.
Response approve(Services& services, const BrowserState& browser);
Response deny(Services& services, const BrowserState& browser);

/// Writes "refusal" to the log of the account that the login belongs to, or to the server's.
void note_refusal(Services& services, const BrowserState& browser, std::string_view reason);

/// The CSP source that the confirmation's redirect needs.
std::string form_target(const BrowserState& browser);

/// The client's address with an answer (RFC 6749 section 4.1.2, RFC 9207).
Response redirect_answer(const ServerSettings& settings, const AuthorizationRequest& request,
                         std::string_view name, std::string_view value);

}  // namespace sparekey::sync
