#include "cli/finder/copy.h"

#include "cli/clipboard/clipboard.h"

namespace sparekey::cli::finder {

core::Result<std::string> copy(Session& session, const core::SecretText& text) {
    SPAREKEY_TRY(const Config settings, session.config());
    SPAREKEY_CHECK(clipboard::put(text, settings.clipboard, session.random()));
    const std::uint64_t seconds = settings.clipboard.timeout_s;
    if (seconds == 0) return std::string("copied; it stays in the clipboard");
    return "copied; cleared in " + std::to_string(seconds) + " s";
}

}  // namespace sparekey::cli::finder
