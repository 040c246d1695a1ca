// A browser that holds a session: its cookie, and the forms that only its own pages can send.
#pragma once

#include "sync/server/accounts/services.h"
#include "sync/server/http/form.h"
#include "sync/server/http/message.h"

namespace sparekey::sync {

/// Under https a name that no other host and no plain-http page can set (RFC 6265bis
/// section 4.1.3.2).
std::string cookie_name(const ServerSettings& settings, std::string_view purpose);

/// Set-Cookie for this host, not for scripts, not sent by other sites' forms.
Header session_cookie(const ServerSettings& settings, std::string_view purpose,
                      std::string_view secret, std::uint64_t lives_ms);

/// The form of a request, if it is one of our own pages' and of this session: its token, and what
/// the browser says of where it comes from.
std::optional<Parameters> own_form(const ServerSettings& settings, const Request& request,
                                   std::string_view form_token);

}  // namespace sparekey::sync
