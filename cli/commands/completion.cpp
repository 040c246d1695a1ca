#include "cli/commands/commands.h"
#include "cli/completion/script.h"
#include "cli/session.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_completion(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const std::string script, completion_script(*arguments.positional(0)));
    session.out().raw(script);
    return {};
}

}  // namespace

CommandSpec commands::completion() {
    return {"completion",
            "print the completion script of a shell",
            {{"bash|zsh|fish", "the shell"}},
            {},
            run_completion};
}

}  // namespace sparekey::cli
