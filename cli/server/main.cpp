// The program `sparekey-server`: parses, runs one command, turns errors into exit codes.
#include "cli/server/command_line.h"
#include "core/crypto/system_random.h"

#include <algorithm>
#include <csignal>
#include <new>
#include <string_view>

namespace sparekey::cli::server {
namespace {

core::Result<void> run(ParsedLine& line, Session& session) try {
    core::start_crypto();
    return line.command->run(session, line.given);
} catch (const core::SystemFailure& failure) {
    return core::unexpected(core::ErrorCode::failed, failure.what());
} catch (const std::bad_alloc&) {
    return core::unexpected(core::ErrorCode::failed, "there is not enough memory");
} catch (const std::exception& failure) {
    return core::unexpected(core::ErrorCode::failed, failure.what());
}

}  // namespace
}  // namespace sparekey::cli::server

int main(int argc, char** argv) {
    using namespace sparekey;
    std::signal(SIGPIPE, SIG_IGN);
    auto line = cli::server::parse_command_line(argc, argv);
    if (!line) {
        const bool json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
        cli::Output out(json, false);
        cli::server::report(out, line.error());
        return core::exit_code(line.error().code);
    }
    cli::server::Session session(line->options);
    if (line->print) {
        session.out().raw(*line->print);
        return 0;
    }
    const auto result = cli::server::run(*line, session);
    if (result) return 0;
    cli::server::report(session.out(), result.error());
    return core::exit_code(result.error().code);
}
