// --help, from the command table.
#pragma once

#include "cli/command.h"

#include <string>

namespace sparekey::cli {

/// "usage: sparekey get QUERY [FIELD] [OPTIONS]"
std::string usage_line(const CommandSpec& command);
/// "--url URL", "--generate[=SPEC]"
std::string option_title(const OptionSpec& option);
std::string command_help(const CommandSpec& command);
std::string general_help();

}  // namespace sparekey::cli
