#include "cli/commands/commands.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

core::Result<void> run(Session& session, const Arguments&) {
    SPAREKEY_CHECK(session.folder());
    if (session.out().json()) {
        session.out().raw("{\"unlocked\":true}\n");
    } else {
        session.out().note("the password opens the vault");
    }
    return {};
}

}  // namespace

CommandSpec commands::unlock() {
    return {"unlock", "check that the password opens the vault", {}, {}, run};
}

}  // namespace sparekey::cli
