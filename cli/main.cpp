// The program `sparekey`: hardens its process, parses, runs one command, turns errors into exit
// codes.
#include "cli/command_line.h"
#include "cli/process.h"
#include "core/crypto/system_random.h"

#include <new>

namespace sparekey::cli {
namespace {

core::Result<void> run(const std::vector<std::string>& arguments) {
    SPAREKEY_TRY(ParsedLine line, parse_command_line(arguments));
    if (line.print) {
        Output(false, false).raw(*line.print);
        return {};
    }
    SPAREKEY_TRY(Paths paths, paths_from_environment());
    Session session(std::move(line.globals), std::move(paths));
    session.set_command(std::string(line.command->name));
    auto result = line.command->run(session, line.arguments);
    session.tell_warnings();
    return result;
}

core::Result<void> run_guarded(const std::vector<std::string>& arguments) try {
    core::start_crypto();
    return run(arguments);
} catch (const storage::CorruptDatabase& failure) {
    return core::unexpected(core::ErrorCode::integrity, failure.what(),
                            "run sparekey doctor; a backup has the last good state");
} catch (const core::SystemFailure& failure) {
    return core::unexpected(core::ErrorCode::failed, failure.what());
} catch (const std::bad_alloc&) {
    return core::unexpected(core::ErrorCode::failed, "there is not enough memory");
} catch (const std::exception& failure) {
    return core::unexpected(core::ErrorCode::failed, failure.what());
}

}  // namespace
}  // namespace sparekey::cli

int main(int argc, char** argv) {
    using namespace sparekey;
    cli::harden_process();
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const core::Result<void> result = cli::run_guarded(arguments);
    if (result) return 0;
    cli::Output(cli::wants_json(arguments), false).error(result.error());
    return core::exit_code(result.error().code);
}
