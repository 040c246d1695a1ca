// The program `sparekey-online`, in libexec: what `sparekey` becomes for a command that needs a
// network, so that it need not carry what speaks to one.
#include "cli/online/commands.h"

#include <array>

namespace sparekey::cli::online {
namespace {

struct Named {
    std::string_view name;
    CommandFunction run;
};

constexpr std::array kCommands = {Named{"login", login},
                                  Named{"logout", logout},
                                  Named{"devices", devices},
                                  Named{"account", account},
                                  Named{"sync", sync},
                                  Named{"link", link},
                                  Named{"unlink", unlink},
                                  Named{"audit", audit},
                                  Named{"breach-ranges", breach_ranges},
                                  Named{"reach", reach},
                                  Named{"background-sync", background_sync},
                                  Named{"standby", standby}};

core::Result<void> run(ParsedLine line, const std::vector<std::string>&) {
    for (const Named& command : kCommands) {
        if (line.command->name == command.name && line.command->is_online(line.arguments)) {
            return run_command(std::move(line), command.run);
        }
    }
    return core::unexpected(core::ErrorCode::usage, "this command needs no network",
                            "call it by sparekey");
}

}  // namespace
}  // namespace sparekey::cli::online

int main(int argc, char** argv) {
    return sparekey::cli::program_main(argc, argv, sparekey::cli::online::run);
}
