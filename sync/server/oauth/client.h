// The one client of the authorization server, `sparekey-cli`, public (RFC 6749 section 2.1), and
// what it may ask for.
#pragma once

#include "core/base/result.h"
#include "sync/protocol/routes.h"
#include "sync/server/accounts/states.h"
#include "sync/server/http/form.h"

namespace sparekey::sync {

/// A loopback address by its literal (RFC 8252 sections 7.3, 8.3), http, with a port; or
/// kPasteRedirect.
bool is_redirect_uri(std::string_view uri);

/// What the device says of itself and wants, of a request to one of the two authorization
/// endpoints. ErrorCode::usage with what is wrong.
core::Result<LoginWish> read_wish(const Parameters& parameters, const std::string& address);

/// RFC 7636 section 4.2: 43 characters of base64url.
bool is_challenge(std::string_view challenge);
/// S256 of the verifier is the challenge.
bool proves(std::string_view verifier, std::string_view challenge);

}  // namespace sparekey::sync
