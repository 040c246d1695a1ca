#include "cli/program.h"

#include "cli/process.h"
#include "core/crypto/system_random.h"

#include <new>

namespace sparekey::cli {
namespace {

core::Result<void> run_parsed(const std::vector<std::string>& arguments, RunLine run) {
    SPAREKEY_TRY(ParsedLine line, parse_command_line(arguments));
    if (line.print) {
        Output(false, false).raw(*line.print);
        return {};
    }
    return run(std::move(line), arguments);
}

core::Result<void> run_guarded(const std::vector<std::string>& arguments, RunLine run) try {
    core::start_crypto();
    return run_parsed(arguments, run);
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

core::Result<void> run_command(ParsedLine line, CommandFunction run) {
    SPAREKEY_TRY(Paths paths, paths_from_environment());
    Session session(std::move(line.globals), std::move(paths));
    session.set_command(std::string(line.command->name));
    auto result = run(session, line.arguments);
    session.tell_warnings();
    return result;
}

int program_main(int argc, char** argv, RunLine run) {
    harden_process();
    std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const std::string_view called = argc > 0 ? command_called_as(argv[0]) : std::string_view();
    if (!called.empty()) arguments.insert(arguments.begin(), std::string(called));
    const core::Result<void> result = run_guarded(arguments, run);
    if (result) return 0;
    Output(wants_json(arguments), false).error(result.error());
    return core::exit_code(result.error().code);
}

}  // namespace sparekey::cli
