#include "cli/agent/launch.h"
#include "cli/commands/commands.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

core::Result<void> stop(Session& session, const agent::RuntimeFolder& folder) {
    // Answered when its workers are gone.
    SPAREKEY_TRY(const auto stopped,
                 agent::Connection::open(folder, session.greeting(agent::Wish::stop)));
    if (session.out().json()) {
        session.out().raw("{\"stopped\":true}\n");
    } else {
        session.out().note(stopped ? "the agent has ended" : "no agent runs");
    }
    return {};
}

core::Result<void> run_agent(Session& session, const Arguments& arguments) {
    const agent::RuntimeFolder folder = agent::runtime_folder();
    if (arguments.has("--stop")) return stop(session, folder);
    if (arguments.has("--foreground")) return agent::become_agent(folder);
    SPAREKEY_TRY(const auto running,
                 agent::Connection::open(folder, session.greeting(agent::Wish::ask)));
    if (!running) SPAREKEY_CHECK(agent::start_agent(folder));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object()
            .field("socket", folder.socket())
            .field_bool("started", !running.has_value())
            .end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note(running ? "the agent runs already" : "the agent runs");
    }
    return {};
}

}  // namespace

CommandSpec commands::agent() {
    return {"agent",
            "start the agent, which holds unlocked vaults open",
            {},
            {{"--stop", "", "lock every vault and end the agent"},
             {"--foreground", "", "stay, and end on Ctrl-C; for systemd and for looking into it"}},
            run_agent,
            "",
            "sparekey unlock starts it by itself. SIGHUP makes it lock every vault."};
}

}  // namespace sparekey::cli
