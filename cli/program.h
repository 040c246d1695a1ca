// What the programs that run commands have in common: `sparekey`, and `sparekey-online`, which runs
// those that need a network.
#pragma once

#include "cli/command_line.h"

namespace sparekey::cli {

using CommandFunction = core::Result<void> (*)(Session&, const Arguments&);

/// Runs one command and tells what it warned of.
core::Result<void> run_command(ParsedLine line, CommandFunction run);

/// Does what a parsed line says; `arguments` are those that were parsed.
using RunLine = core::Result<void> (*)(ParsedLine line, const std::vector<std::string>& arguments);

/// Parses and runs; what is thrown is an error, too.
core::Result<void> run_guarded(const std::vector<std::string>& arguments, RunLine run);

/// All of main(): hardens the process, parses, runs, turns errors into exit codes.
int program_main(int argc, char** argv, RunLine run);

}  // namespace sparekey::cli
