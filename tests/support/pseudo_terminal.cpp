#include "tests/support/pseudo_terminal.h"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>

namespace sparekey::tests {

PseudoTerminal::PseudoTerminal(const Home& home, const std::vector<std::string>& arguments,
                               unsigned short columns, const std::string& program) {
    winsize size{24, columns, 0, 0};
    child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (child_ < 0) throw std::runtime_error("no pseudo-terminal");
    if (child_ == 0) home.become(arguments, program);
}

PseudoTerminal::~PseudoTerminal() {
    if (child_ > 0) {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    ::close(terminal_);
}

bool PseudoTerminal::read_more(int patience_ms) {
    pollfd ready{terminal_, POLLIN, 0};
    if (::poll(&ready, 1, patience_ms) <= 0) return false;
    char block[4096];
    const ssize_t got = ::read(terminal_, block, sizeof block);
    if (got <= 0) return false;  // EIO: the program closed its side
    shown_.append(block, static_cast<std::size_t>(got));
    return true;
}

bool PseudoTerminal::wait_for(std::string_view text) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (;;) {
        const auto at = shown_.find(text, seen_);
        if (at != std::string::npos) {
            seen_ = at + text.size();
            return true;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || !read_more(static_cast<int>(left.count()))) return false;
    }
}

void PseudoTerminal::type(std::string_view keys) {
    if (::write(terminal_, keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) {
        throw std::runtime_error("the terminal takes no keys");
    }
}

void PseudoTerminal::signal(int number) {
    ::kill(child_, number);
}

bool PseudoTerminal::echoes() const {
    termios attributes{};
    // The master side answers with the attributes that the program sees.
    return ::tcgetattr(terminal_, &attributes) == 0 && (attributes.c_lflag & ECHO) != 0;
}

int PseudoTerminal::finish() {
    while (read_more(10'000)) {
    }
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace sparekey::tests
