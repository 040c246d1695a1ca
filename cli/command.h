// One command of `sparekey`: a row of the one table that the parser, --help, the completions and
// the man pages are made from, and the function that does it. One file per command in cli/commands.
#pragma once

#include "cli/arguments.h"
#include "core/base/result.h"

#include <span>
#include <string_view>
#include <vector>

namespace sparekey::cli {

class Session;

struct OptionSpec {
    std::string_view name;        // "--url"
    std::string_view value = {};  // "URL"; empty: a flag
    std::string_view help = {};
    bool repeat = false;
    bool optional_value = false;  // --generate[=SPEC]: a value only after '='
};

struct ArgumentSpec {
    std::string_view name;  // "QUERY", "[FIELD]", "FILE"
    std::string_view help = {};
    bool required = true;
    bool repeat = false;
};

struct CommandSpec {
    std::string_view name;
    std::string_view summary;  // one line, lower case, no full stop
    std::vector<ArgumentSpec> arguments;
    std::vector<OptionSpec> options;
    core::Result<void> (*run)(Session&, const Arguments&);  // null if it is always online
    std::string_view alias = {};
    std::string_view details = {};  // more lines for --help and the man page
    /// True if this line needs a network: then `sparekey-online` does it (cli/online). Null: never.
    bool (*is_online)(const Arguments&) = nullptr;
    bool needs_home = true;  // false: touches no folder
};

/// A command that runs without HOME, too.
CommandSpec without_home(CommandSpec spec);

/// In the order of --help.
const std::vector<CommandSpec>& command_table();
/// What our own scripts call: in no list, and of no promise.
const std::vector<CommandSpec>& internal_commands();
/// --vault, --json, … accepted before and after the command's name.
const std::vector<OptionSpec>& global_options();

}  // namespace sparekey::cli
