// Completion scripts, made from the command table. One file a shell.
//
// A script holds commands, options and their known values as it was made; titles it asks of the
// internal command `complete-titles`, which is answered by an unlocked agent or not at all.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sparekey::cli {

/// For bash, zsh or fish; ErrorCode::usage for another shell.
core::Result<std::string> completion_script(std::string_view shell);

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

/// '…' for any of the three shells.
std::string shell_quoted(std::string_view text);

}  // namespace sparekey::cli
