// The new password of `passwd` and `slots add password`.
#pragma once

#include "cli/session.h"

namespace sparekey::cli {

/// --new-password-file FILE (- is the next line of stdin), else the terminal, twice.
/// ErrorCode::locked, naming the option, without both.
core::Result<core::Credential> new_password(Session& session, const Arguments& arguments);

}  // namespace sparekey::cli
