// The pre-commit hook that looks through what is staged.
#pragma once

#include "core/base/result.h"

#include <string>

namespace sparekey::cli::scan {

/// Makes the hook of the repository at `path` run `command`, and says where it lies; core.hooksPath
/// counts. One of ours is replaced; ErrorCode::conflict, naming the line to add, for any other.
core::Result<std::string> install_hook(const std::string& path, const std::string& command);

}  // namespace sparekey::cli::scan
