#include "cli/terminal/terminal.h"

#include "cli/terminal/held_signals.h"
#include "core/text/unicode.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace sparekey::cli {
namespace {

using storage::File;

constexpr std::size_t kLongestLine = 64 * 1024;
File open_terminal() {
    return File(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
}

/// While it lives, signals wait and the terminal does not echo; both are put back on every way out.
/// The caller acts on SIGTSTP, after the echo is back.
class Prompting {
  public:
    Prompting(const File& terminal, bool echo)
        : terminal_(terminal), signals_({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGALRM}) {
        attributes_known_ = ::tcgetattr(terminal_.descriptor(), &attributes_) == 0;
        if (echo || !attributes_known_) return;
        struct termios silent = attributes_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
        ::tcsetattr(terminal_.descriptor(), TCSAFLUSH, &silent);
        silenced_ = true;
    }
    ~Prompting() {
        if (silenced_) ::tcsetattr(terminal_.descriptor(), TCSAFLUSH, &attributes_);
    }
    /// Until there is something to read; false when a signal came instead.
    bool wait() const { return signals_.wait(terminal_.descriptor(), POLLIN) == Waited::ready; }
    int caught() const { return signals_.caught(); }
    Prompting(const Prompting&) = delete;
    Prompting& operator=(const Prompting&) = delete;

  private:
    const File& terminal_;
    const HeldSignals signals_;  // let go of after the echo is back
    struct termios attributes_ {};
    bool attributes_known_ = false;
    bool silenced_ = false;
};

core::Unexpected interrupted() {
    return core::unexpected(core::ErrorCode::interrupted, "interrupted");
}

/// One line into a buffer that was made at its final size, so that no copy is left behind.
core::Result<core::SecretText> read_line(const File& terminal, const Prompting& prompting) {
    core::SecretBytes line(kLongestLine);
    std::size_t size = 0;
    for (;;) {
        if (!prompting.wait()) return interrupted();
        std::uint8_t byte = 0;
        const ssize_t got = ::read(terminal.descriptor(), &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            if (size == 0) return interrupted();
            break;
        }
        if (byte == '\n') break;
        if (size == line.size()) {
            return core::unexpected(core::ErrorCode::usage, "the line is too long");
        }
        line.expose_mutable()[size++] = byte;
    }
    line.truncate(size);
    return core::SecretText(std::move(line));
}

void say(const File& terminal, std::string_view text) {
    [[maybe_unused]] const ssize_t written =
        ::write(terminal.descriptor(), text.data(), text.size());
}

core::Result<core::SecretText> ask(std::string_view prompt, bool echo,
                                   std::string_view complaint = {}) {
    const File terminal = open_terminal();
    if (!terminal.is_open()) {
        return core::unexpected(core::ErrorCode::locked, "there is no terminal to ask on");
    }
    for (;;) {
        int signal = 0;
        auto line = [&] {
            const Prompting prompting(terminal, echo);
            if (!complaint.empty()) say(terminal, core::printable(complaint) + "\n");
            say(terminal, core::printable(prompt));
            auto read = read_line(terminal, prompting);
            if (!echo || !read) say(terminal, "\n");
            signal = prompting.caught();
            return read;
        }();
        if (signal != SIGTSTP) return line;
        // The echo is back: stand still, and ask again when going on.
        ::raise(SIGTSTP);
    }
}

}  // namespace

bool Terminal::present() const {
    if (::isatty(STDIN_FILENO) != 1 && ::isatty(STDERR_FILENO) != 1) return false;
    return open_terminal().is_open();
}

core::Result<core::SecretText> Terminal::ask_secret(std::string_view prompt,
                                                    std::string_view complaint) {
    return ask(prompt, false, complaint);
}

core::Result<core::SecretText> Terminal::ask_new_secret(std::string_view prompt) {
    return ask_twice(prompt, [](std::string_view question, std::string_view complaint) {
        return ask(question, false, complaint);
    });
}

core::Result<core::SecretText> ask_twice(std::string_view prompt, const AskSecret& ask_secret) {
    std::string_view complaint;
    for (int tries = 0; tries < kTries; ++tries) {
        SPAREKEY_TRY(core::SecretText first, ask_secret(prompt, complaint));
        complaint = "It must not be empty.";
        if (first.empty()) continue;
        SPAREKEY_TRY(const core::SecretText second, ask_secret("The same again: ", {}));
        if (core::equal_constant_time(core::bytes_of(first.expose()),
                                      core::bytes_of(second.expose()))) {
            return first;
        }
        complaint = "The two were not the same.";
    }
    return core::unexpected(core::ErrorCode::usage, complaint == "The two were not the same."
                                                        ? "the two were not the same"
                                                        : "the password is empty");
}

core::Result<std::string> Terminal::ask_line(std::string_view prompt) {
    SPAREKEY_TRY(const core::SecretText line, ask(prompt, true));
    return std::string(line.expose());
}

core::Result<bool> Terminal::ask_yes(std::string_view question) {
    SPAREKEY_TRY(const core::SecretText line, ask(std::string(question) + " [y/N] ", true));
    const std::string_view answer = line.expose();
    return answer == "y" || answer == "Y" || answer == "yes";
}

core::Result<core::SecretText> StandardInput::line() {
    for (;;) {
        const std::string_view seen = core::text_of(pending_.expose()).substr(taken_);
        const auto end = seen.find('\n');
        if (end != std::string_view::npos || ended_) {
            if (end == std::string_view::npos && seen.empty()) break;
            std::string_view line = seen.substr(0, end);
            taken_ += line.size() + (end == std::string_view::npos ? 0 : 1);
            if (line.ends_with('\r')) line.remove_suffix(1);
            return core::SecretText::copy_of(line);
        }
        if (seen.size() > kLongestLine) {
            return core::unexpected(core::ErrorCode::usage, "standard input's line is too long");
        }
        // Byte by byte: what follows may be meant for the program that `run` starts.
        read_more(1);
    }
    return core::unexpected(core::ErrorCode::usage, "standard input has no more lines");
}

core::Result<core::SecretText> StandardInput::rest(std::size_t limit) {
    while (!ended_) {
        if (pending_.size() - taken_ > limit) {
            return core::unexpected(core::ErrorCode::usage, "standard input is too long");
        }
        read_more(64 * 1024);
    }
    const std::string_view seen = core::text_of(pending_.expose()).substr(taken_);
    if (seen.size() > limit) {
        return core::unexpected(core::ErrorCode::usage, "standard input is too long");
    }
    core::SecretText rest = core::SecretText::copy_of(seen);
    pending_ = {};  // once is enough
    taken_ = 0;
    return rest;
}

void StandardInput::read_more(std::size_t most) {
    core::SecretBytes block(most);
    const ssize_t got = ::read(STDIN_FILENO, block.expose_mutable().data(), block.size());
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) {
        ended_ = true;
        return;
    }
    pending_.append(block.expose().first(static_cast<std::size_t>(got)));
}

}  // namespace sparekey::cli
