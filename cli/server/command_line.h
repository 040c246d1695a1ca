// The command line of `sparekey-server`, by CLI11 from the table of commands.
#pragma once

#include "cli/server/commands.h"

#include <optional>

namespace sparekey::cli::server {

struct ParsedLine {
    const Command* command = nullptr;
    Options options;
    Given given;
    std::optional<std::string> print;  // help or version: nothing else is to be done
};

/// ErrorCode::usage.
core::Result<ParsedLine> parse_command_line(int argc, const char* const* argv);

}  // namespace sparekey::cli::server
