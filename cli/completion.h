// Completion scripts, made from the command table.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sparekey::cli {

/// For bash, zsh or fish; ErrorCode::usage for another shell.
core::Result<std::string> completion_script(std::string_view shell);

}  // namespace sparekey::cli
