// sparekey-clipboard: stays behind after a copy and clears the clipboard, if what was copied is
// still in it, after the time that it was told, or when the session ends.
//
// It is told by its stdin (cli/clipboard/order.h), so nothing is in its arguments. It holds a keyed
// hash in locked memory, can be neither traced nor dumped, has no terminal, and no descriptor but
// its own.
#include "cli/clipboard/order.h"
#include "cli/clipboard/turn.h"
#include "cli/process.h"
#include "core/base/mutant.h"
#include "core/crypto/system_random.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace sparekey::cli::clipboard {
namespace {

using storage::File;

constexpr int kTriesToClear = 3;

bool read_all(core::MutableBytes bytes) {
    while (!bytes.empty()) {
        const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

std::optional<Order> read_order() {
    core::Bytes length(4);
    if (!read_all(length)) return std::nullopt;
    const std::size_t size =
        static_cast<std::size_t>(length[0] | length[1] << 8 | length[2] << 16) |
        static_cast<std::size_t>(length[3]) << 24;
    if (size > kLargestOrder) return std::nullopt;
    core::SecretBytes bytes(size);
    if (!read_all(bytes.expose_mutable())) return std::nullopt;
    return decode_order(bytes.expose());
}

/// A process of its own that nobody waits for, in a session of its own without a terminal.
bool stand_alone() {
    const pid_t child = ::fork();
    if (child < 0) return false;
    if (child > 0) ::_exit(0);
    return ::setsid() >= 0 && ::chdir("/") == 0;
}

/// Says that it stands, and waits for the word that there is something to clear.
bool told_to_go() {
    char word = kReady;
    if (::write(STDOUT_FILENO, &word, 1) != 1) return false;
    if (!read_all({reinterpret_cast<std::uint8_t*>(&word), 1}) || word != kGo) return false;
    const File nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (int stream = 0; stream <= 2; ++stream) ::dup2(nothing.descriptor(), stream);
    return true;
}

File timer(std::uint64_t seconds) {
    // It goes on while the machine sleeps.
    File clock(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC));
    const itimerspec once{{}, {static_cast<time_t>(seconds), 0}};
    ::timerfd_settime(clock.descriptor(), 0, &once, nullptr);
    return clock;
}

/// The end of a session, held back so that it is read from a descriptor.
File session_end() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGHUP, SIGINT}) ::sigaddset(&signals, number);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return File(::signalfd(-1, &signals, SFD_CLOEXEC));
}

/// Until the time has come; false if a later copy took over.
bool wait(const File& clock, const File& end, const Turn& turn) {
    for (;;) {
        pollfd events[3] = {{clock.descriptor(), POLLIN, 0},
                            {end.descriptor(), POLLIN, 0},
                            {turn.changes(), POLLIN, 0}};
        if (::poll(events, 3, -1) < 0 && errno != EINTR) return true;
        if (!turn.is_ours()) return false;
        if (events[0].revents != 0 || events[1].revents != 0) return true;
    }
}

void clear_if_unchanged(const Tool& tool, const Fingerprint& copied, const File& terminal) {
    for (int tries = 0; tries < kTriesToClear; ++tries) {
        const Held held = look(tool);
        const bool another = held.look == Look::no_text ||
                             (held.look == Look::text && !copied.matches(held.text.expose()));
        if (another && !SPAREKEY_LEFT_OUT("clipboard-unchanged")) return;
        if (clear(tool, terminal)) return;
        ::sleep(1);
    }
}

int run() {
    ::closefrom(3);
    harden_process();
    if (SPAREKEY_LEFT_OUT("clipboard-dumpable")) ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    core::start_crypto();
    const auto order = read_order();
    if (!order) return 1;
    File terminal;
    if (order->kind == Kind::osc52) {
        terminal = File(::open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY));
    }
    if (!stand_alone()) return 1;
    const File end = session_end();
    if (!told_to_go()) return 0;
    const File clock = timer(order->seconds);
    const Tool tool = tool_of(order->kind, order->command);
    core::SystemRandom random;
    const Turn turn = Turn::take(identity(tool, terminal), random);
    if (wait(clock, end, turn)) clear_if_unchanged(tool, order->fingerprint, terminal);
    return 0;
}

}  // namespace
}  // namespace sparekey::cli::clipboard

int main() try { return sparekey::cli::clipboard::run(); } catch (const std::exception&) {
    return 1;
}
