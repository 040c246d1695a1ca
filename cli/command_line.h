// From argv to a command and its arguments, against the one command table.
#pragma once

#include "cli/command.h"
#include "cli/session.h"

namespace sparekey::cli {

struct ParsedLine {
    GlobalOptions globals;
    const CommandSpec* command = nullptr;
    Arguments arguments;
    std::optional<std::string> print;  // --help or --version: this to stdout, and done
};

/// ErrorCode::usage, naming the nearest command or option, for what the table does not know.
core::Result<ParsedLine> parse_command_line(const std::vector<std::string>& arguments);

/// --json anywhere: so that even a usage error is JSON.
bool wants_json(const std::vector<std::string>& arguments);

/// git and docker call their helpers by a name of their own: "docker-credential-sparekey" is
/// `sparekey docker-credential`. Empty for any other name of the program.
std::string_view command_called_as(std::string_view program);

/// Nothing if the table has no such command or alias.
const CommandSpec* find_command(std::string_view name);

}  // namespace sparekey::cli
