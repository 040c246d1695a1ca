#include "cli/completion/script.h"

namespace sparekey::cli {

std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        // Fish, too, joins what stands side by side, and knows \' outside of quotes.
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

core::Result<std::string> completion_script(std::string_view shell) {
    if (shell == "bash") return bash_completion();
    if (shell == "zsh") return zsh_completion();
    if (shell == "fish") return fish_completion();
    return core::unexpected(core::ErrorCode::usage,
                            "there is no completion for \"" + std::string(shell) + "\"",
                            "bash, zsh or fish");
}

}  // namespace sparekey::cli
