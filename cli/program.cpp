#include "cli/program.h"

#include "cli/process.h"
#include "core/crypto/system_random.h"

#include <unistd.h>

#include <csignal>
#include <new>

namespace sparekey::cli {
namespace {

// As Output::error() says it: what is called here has to be safe in a signal's handler.
constexpr std::string_view kInterrupted = "sparekey: interrupted\n";
constexpr std::string_view kInterruptedJson =
    R"({"error":{"code":"interrupted","message":"interrupted","hint":""}})"
    "\n";
volatile std::sig_atomic_t interrupted_says_json = 0;

/// Nothing has to be put in order: a command may be killed at any moment. What waits for a person
/// handles the signal itself, and gives the terminal back.
extern "C" void end_interrupted(int) {
    const std::string_view text = interrupted_says_json != 0 ? kInterruptedJson : kInterrupted;
    [[maybe_unused]] const ssize_t told = ::write(STDERR_FILENO, text.data(), text.size());
    ::_exit(core::exit_code(core::ErrorCode::interrupted));
}

/// The promised exit code, not only what a shell makes of a death by the signal. A caller who has
/// it ignored, such as nohup, is left with that.
void take_interrupts(bool json) {
    interrupted_says_json = json ? 1 : 0;
    struct sigaction present {};
    if (::sigaction(SIGINT, nullptr, &present) != 0 || present.sa_handler != SIG_DFL) return;
    struct sigaction action {};
    action.sa_handler = end_interrupted;
    ::sigaction(SIGINT, &action, nullptr);
}

core::Result<void> run_parsed(const std::vector<std::string>& arguments, RunLine run) {
    SPAREKEY_TRY(ParsedLine line, parse_command_line(arguments));
    if (line.print) {
        Output(false, false).raw(*line.print);
        return {};
    }
    return run(std::move(line), arguments);
}

}  // namespace

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

core::Result<void> run_command(ParsedLine line, CommandFunction run) {
    auto paths = paths_from_environment();
    if (!paths && line.command->needs_home) return core::unexpected(std::move(paths).error());
    Session session(std::move(line.globals), paths ? *std::move(paths) : Paths());
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
    take_interrupts(wants_json(arguments));
    const core::Result<void> result = run_guarded(arguments, run);
    if (result) return 0;
    Output(wants_json(arguments), false).error(result.error());
    return core::exit_code(result.error().code);
}

}  // namespace sparekey::cli
