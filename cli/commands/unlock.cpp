#include "cli/commands/commands.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

core::Result<std::uint64_t> wanted_timeout(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const Config config, session.config());
    const auto given = arguments.value("--timeout");
    if (!given) return config.agent_timeout_s;
    const auto seconds = parse_duration(*given);
    if (!seconds) {
        return core::unexpected(core::ErrorCode::usage, "--timeout wants a time",
                                "such as 30s, 15m or 2h; 0s is never");
    }
    return *seconds;
}

core::Result<void> run_unlock(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const std::uint64_t timeout, wanted_timeout(session, arguments));
    SPAREKEY_CHECK(session.key_slots());
    if (session.options().no_agent) {
        SPAREKEY_CHECK(session.folder());
    } else {
        SPAREKEY_CHECK(session.unlock(timeout));
    }
    if (session.out().json()) {
        session.out().raw("{\"unlocked\":true}\n");
    } else {
        session.out().note(session.options().no_agent ? "the password opens the vault"
                                                      : "the vault is unlocked; sparekey lock "
                                                        "closes it");
    }
    return {};
}

}  // namespace

CommandSpec commands::unlock() {
    return {"unlock",
            "open the vault and let the agent hold it open",
            {},
            {{"--timeout", "TIME", "lock when unused for so long: 30s, 15m, 2h; 0s is never"}},
            run_unlock,
            "",
            "The agent is started if none runs. With --no-agent it is only checked that the\n"
            "password opens the vault."};
}

}  // namespace sparekey::cli
