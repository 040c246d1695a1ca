// The one place where the finder meets the clipboard.
#pragma once

#include "cli/session.h"

namespace sparekey::cli::finder {

/// Copies it; what to tell about it, such as "cleared in 30 s".
core::Result<std::string> copy(Session& session, const core::SecretText& text);

}  // namespace sparekey::cli::finder
