// The program `sparekey`: runs one command, or has it run by the helper program that does.
#include "cli/libexec.h"
#include "cli/program.h"
#include "cli/standby.h"

namespace sparekey::cli {
namespace {

core::Result<void> run(ParsedLine line, const std::vector<std::string>& arguments) {
    const CommandSpec& command = *line.command;
    if (command.is_online != nullptr && command.is_online(line.arguments)) {
        if (auto done = ask_standby(line, arguments)) return *std::move(done);
        return become_helper("sparekey-online", arguments);
    }
    return run_command(std::move(line), command.run);
}

}  // namespace
}  // namespace sparekey::cli

int main(int argc, char** argv) {
    return sparekey::cli::program_main(argc, argv, sparekey::cli::run);
}
