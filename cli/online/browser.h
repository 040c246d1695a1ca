// This machine's browser, by the desktop's own opener (xdg-open).
#pragma once

#include "cli/programs/child.h"

#include <optional>

namespace sparekey::cli::online {

/// There is a display, and an opener on the PATH.
bool can_open_browser();

/// Opens `url`. The opener ends with the object at the latest. ErrorCode::failed.
core::Result<Child> open_browser(const std::string& url);

}  // namespace sparekey::cli::online
