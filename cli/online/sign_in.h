// Signing in at a server, in the way that the person chose, up to an enrolment's token: for `login`
// and for `link`.
#pragma once

#include "cli/session.h"
#include "sync/client/authorization.h"

namespace sparekey::cli::online {

enum class Way : std::uint8_t { browser, device_code, paste };

/// --browser, --device-code or --paste; without one the browser if it can be opened, else a code.
/// ErrorCode::usage for two of them.
core::Result<Way> chosen_way(const Arguments& arguments);

/// Shows the way to sign in, waits, and gives the enrolment's token. `aim.provider` and
/// `aim.invitation` are filled in from the line's options. ErrorCode::refused for a login that was
/// refused or not confirmed in time.
core::Result<core::SecretText> sign_in(Session& session, const Arguments& arguments,
                                       const sync::ServerConnection& server, sync::LoginAim aim);

/// --device-name, else the host's name.
std::string device_name(const Arguments& arguments);

}  // namespace sparekey::cli::online
