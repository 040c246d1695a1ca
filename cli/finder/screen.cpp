#include "cli/finder/screen.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace sparekey::cli::finder {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

bool write_fully(std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Event::Kind kind_of(std::uint32_t signal) {
    switch (signal) {
        case SIGWINCH:
            return Event::Kind::resized;
        case SIGTSTP:
            return Event::Kind::stopped;
        case SIGCONT:
            return Event::Kind::resumed;
        default:
            return Event::Kind::ended;
    }
}

}  // namespace

bool Screen::is_possible() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

bool Screen::is_dumb() {
    const char* const name = std::getenv("TERM");
    return name == nullptr || *name == 0 || std::string_view(name) == "dumb";
}

Screen::Screen() {
    sigset_t held;
    ::sigemptyset(&held);
    for (const int number : kSignals) ::sigaddset(&held, number);
    ::sigprocmask(SIG_BLOCK, &held, &mask_);
    signals_ = storage::File(::signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
    ::tcgetattr(STDIN_FILENO, &attributes_);
    enter();
}

Screen::~Screen() {
    leave();
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
}

void Screen::enter() {
    struct termios raw = attributes_;
    raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | ISTRIP | IXON);
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ECHONL | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    write_fully("\x1b[?1049h");
    entered_ = true;
}

/// Line by line: a terminal may keep what is erased all at once, for scrolling back to it.
void Screen::leave() {
    if (!entered_) return;
    std::string erased = "\x1b[0m\x1b[H";
    for (std::size_t row = size().rows; row > 0; --row) erased += row > 1 ? "\x1b[K\r\n" : "\x1b[K";
    write_fully(erased + "\x1b[H\x1b[?1049l\x1b[?25h");
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &attributes_);
    entered_ = false;
}

Size Screen::size() const {
    winsize window{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 ||
        window.ws_row == 0) {
        return {};
    }
    return {window.ws_col, window.ws_row};
}

bool Screen::show(const core::SecretText& frame) {
    return write_fully(frame.expose());
}

Event Screen::wait(int patience_ms, int descriptor) {
    std::array<pollfd, 3> ready = {pollfd{signals_.descriptor(), POLLIN, 0},
                                   pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{descriptor, POLLIN, 0}};
    const int found = ::poll(ready.data(), ready.size(), patience_ms);
    if (found == 0 || (found < 0 && errno == EINTR)) return {Event::Kind::late};
    signalfd_siginfo signal{};
    if (ready[0].revents != 0 &&
        ::read(signals_.descriptor(), &signal, sizeof signal) == sizeof signal) {
        return {kind_of(signal.ssi_signo)};
    }
    if (ready[2].revents != 0) return {Event::Kind::closed};
    std::array<char, 4096> block;
    const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
    if (got < 0 && errno == EINTR) return {Event::Kind::late};
    if (got <= 0) return {Event::Kind::ended};
    return {Event::Kind::keys, std::string(block.data(), static_cast<std::size_t>(got))};
}

void Screen::stand_still() {
    leave();
    // Its default again for a moment: the process stops in raise().
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, SIGTSTP);
    ::raise(SIGTSTP);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::sigprocmask(SIG_BLOCK, &only, nullptr);
    enter();
}

}  // namespace sparekey::cli::finder
