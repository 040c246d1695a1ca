#include "cli/finder/finder.h"

#include "cli/commands/commands.h"
#include "cli/finder/screen.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_finder(Session& session, const Arguments&) {
    if (finder::Screen::is_dumb()) {
        return core::unexpected(core::ErrorCode::usage,
                                "the finder needs a terminal whose cursor can be moved; TERM says "
                                "that this one's cannot",
                                "sparekey find and sparekey get work on any");
    }
    SPAREKEY_CHECK(session.access());  // asks for the password, while there still is a terminal
    return finder::Finder(session).run();
}

}  // namespace

CommandSpec commands::finder() {
    return {"finder", "find an item while typing", {}, {}, run_finder};
}

}  // namespace sparekey::cli
