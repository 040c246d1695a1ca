#include "cli/commands/commands.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_lock(Session& session, const Arguments&) {
    agent::Hello hello = session.greeting(agent::Wish::lock);
    if (!session.options().vault_is_named) {
        hello.vault.clear();
    } else {
        SPAREKEY_CHECK(session.key_slots());  // there is such a vault
    }
    // Answered when the process that held the keys is gone; without an agent nothing is held.
    SPAREKEY_CHECK(agent::Connection::open(agent::runtime_folder(), hello));
    if (session.out().json()) {
        session.out().raw("{\"locked\":true}\n");
    } else {
        session.out().note("locked");
    }
    return {};
}

}  // namespace

CommandSpec commands::lock() {
    return {"lock",
            "make the agent forget the key",
            {},
            {},
            run_lock,
            "",
            "Every vault that the agent holds open, or only the one that --vault names."};
}

}  // namespace sparekey::cli
