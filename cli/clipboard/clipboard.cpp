#include "cli/clipboard/clipboard.h"

#include "cli/clipboard/order.h"
#include "cli/libexec.h"
#include "cli/programs/child.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace sparekey::cli::clipboard {
namespace {

using storage::File;

constexpr std::chrono::milliseconds kHelperPatience(10'000);
constexpr const char* kHelper = "sparekey-clipboard";

core::Unexpected no_keeper() {
    return core::unexpected(
        core::ErrorCode::failed,
        "nothing was copied: the helper that clears the clipboard cannot be started",
        "reinstall sparekey: its helpers lie in libexec/sparekey; or set [clipboard] timeout = "
        "\"0\"");
}

bool deliver(const File& to, core::ByteView bytes) {
    // Less than a pipe holds.
    return ::write(to.descriptor(), bytes.data(), bytes.size()) ==
           static_cast<ssize_t>(bytes.size());
}

/// Started, told what to do, and standing on its own: it waits for the word.
core::Result<Child> start_keeper(const Order& order) {
    const std::string path = helper_path(kHelper);
    if (path.empty() || order.command.size() > 32 * 1024) return no_keeper();
    auto keeper = Child::start({path}, Stream::pipe, Stream::pipe);
    if (!keeper || !deliver(keeper->input(), encode(order).expose())) return no_keeper();
    pollfd ready{keeper->output().descriptor(), POLLIN, 0};
    char answer = 0;
    const bool answered = ::poll(&ready, 1, static_cast<int>(kHelperPatience.count())) > 0 &&
                          ::read(ready.fd, &answer, 1) == 1;
    if (!answered || answer != kReady) return no_keeper();
    return std::move(*keeper);
}

}  // namespace

core::Result<void> put(const core::SecretText& text, const ClipboardConfig& config,
                       core::Random& random) {
    const File terminal(::open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY));
    SPAREKEY_TRY(const Tool tool, choose_tool(config, terminal.is_open()));
    if (config.timeout_s == 0) return copy(tool, text, terminal);
    const Order order{tool.kind, config.timeout_s, Fingerprint::of(text.expose(), random),
                      config.command};
    SPAREKEY_TRY(Child keeper, start_keeper(order));
    SPAREKEY_CHECK(copy(tool, text, terminal));
    const char go = kGo;
    if (!deliver(keeper.input(), core::bytes_of({&go, 1}))) {
        SPAREKEY_CHECK(clear(tool, terminal));
        return no_keeper();
    }
    return {};
}

}  // namespace sparekey::cli::clipboard
