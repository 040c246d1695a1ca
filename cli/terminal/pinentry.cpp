#include "cli/terminal/pinentry.h"

#include "cli/terminal/assuan.h"
#include "core/text/columns.h"
#include "core/text/unicode.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sparekey::cli {
namespace {

using storage::File;

/// Columns of one text: its line stays below the protocol's 1,000 bytes.
constexpr std::size_t kLongestShown = 200;
constexpr std::size_t kMostReplyLines = 256;
constexpr std::size_t kLongestSecret = 64 * 1024;

// libgpg-error's codes: the lower half of the number.
constexpr std::uint32_t kCodeMask = 0xFFFF;
constexpr std::uint32_t kTimeout = 62;
constexpr std::uint32_t kCancelled = 99;
constexpr std::uint32_t kNotConfirmed = 114;
constexpr std::uint32_t kFullyCancelled = 198;

core::Unexpected cancelled() {
    return core::unexpected(core::ErrorCode::interrupted, "interrupted");
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// The terminal that the person sits at, by its name; empty if there is none.
std::string terminal_name() {
    char name[256];
    for (const int stream : {STDIN_FILENO, STDERR_FILENO, STDOUT_FILENO}) {
        if (::ttyname_r(stream, name, sizeof name) == 0) return name;
    }
    return {};
}

/// What setlocale(LC_CTYPE, "") would take.
std::string language() {
    for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (std::string value = variable(name); !value.empty()) return value;
    }
    return {};
}

}  // namespace

KeptTerminal::KeptTerminal() : terminal_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    known_ = terminal_.is_open() && ::tcgetattr(terminal_.descriptor(), &attributes_) == 0;
}

KeptTerminal::~KeptTerminal() {
    if (known_) ::tcsetattr(terminal_.descriptor(), TCSADRAIN, &attributes_);
}

Pinentry::Pinentry(std::string program, const PinentryPatience& patience)
    : program_(std::move(program)),
      patience_(patience),
      signals_({SIGINT, SIGTERM, SIGHUP, SIGQUIT}),
      pending_(kLongestAssuanLine) {}

core::Unexpected Pinentry::failed(const std::string& why) const {
    return core::unexpected(core::ErrorCode::locked,
                            "the pinentry " + core::printable(program_) + " failed: " + why,
                            "[prompt] pinentry in config.toml names another; --password-file "
                            "and $SPAREKEY_PASSWORD_COMMAND do without");
}

/// An interrupt on the terminal ends both of us: that comes first.
core::Unexpected Pinentry::ended() const {
    if (signals_.wait(-1, 0, after({})) == Waited::signal) return cancelled();
    return failed("it ended without an answer");
}

core::Result<void> Pinentry::start() {
    if (child_) return {};
    auto child = Child::start({program_}, Stream::pipe, Stream::pipe);
    if (!child) return failed(child.error().message);
    child_.emplace(std::move(*child));
    SPAREKEY_TRY(const Answer greeting, listen(after(patience_.answer)));
    if (greeting.error != 0) return failed("it greets with an error");
    const std::pair<const char*, std::string> options[] = {{"ttyname", terminal_name()},
                                                           {"ttytype", variable("TERM")},
                                                           {"lc-ctype", language()},
                                                           {"lc-messages", language()},
                                                           {"display", variable("DISPLAY")}};
    for (const auto& [name, value] : options) {
        if (!value.empty()) SPAREKEY_CHECK(tell("OPTION " + std::string(name) + "=", value));
    }
    SPAREKEY_CHECK(tell("SETTIMEOUT ", std::to_string(patience_.person.count() / 1000)));
    return tell("SETTITLE ", "Sparekey");
}

/// One that does not know a word says so, and goes on without it.
core::Result<void> Pinentry::tell(std::string_view command, std::string_view text) {
    const std::string shown = core::cut_to_columns(core::printable(text), kLongestShown);
    SPAREKEY_CHECK(say(std::string(command) + assuan_text(shown), patience_.answer));
    return {};
}

core::Result<core::SecretText> Pinentry::ask_secret(const PinentryQuestion& question) {
    SPAREKEY_CHECK(start());
    SPAREKEY_CHECK(tell("SETDESC ", question.description));
    SPAREKEY_CHECK(tell("SETPROMPT ", question.prompt));
    if (!question.complaint.empty()) SPAREKEY_CHECK(tell("SETERROR ", question.complaint));
    SPAREKEY_TRY(Answer answer, say("GETPIN", patience_.person));
    const std::uint32_t code = answer.error & kCodeMask;
    if (code == kCancelled || code == kFullyCancelled) return cancelled();
    if (code == kTimeout) return failed("nobody answered");
    if (answer.error != 0) {
        return failed("it could not ask (error " + std::to_string(answer.error) + ")");
    }
    return std::move(answer.data);
}

core::Result<bool> Pinentry::ask_yes(const std::string& question) {
    SPAREKEY_CHECK(start());
    SPAREKEY_CHECK(tell("SETDESC ", question));
    SPAREKEY_TRY(const Answer answer, say("CONFIRM", patience_.person));
    const std::uint32_t code = answer.error & kCodeMask;
    if (code == kFullyCancelled) return cancelled();
    // Most flavours have one button for both.
    if (code == kCancelled || code == kNotConfirmed) return false;
    if (answer.error != 0) return failed("it could not ask");
    return true;
}

core::Result<Pinentry::Answer> Pinentry::say(std::string_view line,
                                             std::chrono::milliseconds patience) {
    const std::string bytes = std::string(line) + '\n';
    // A line is shorter than any pipe, and it is read before the next is written.
    const ssize_t written = ::write(child_->input().descriptor(), bytes.data(), bytes.size());
    if (written != static_cast<ssize_t>(bytes.size())) return ended();
    return listen(after(patience));
}

core::Result<Pinentry::Answer> Pinentry::listen(Deadline deadline) {
    Answer answer;
    core::SecretBuilder data;
    for (std::size_t lines = 0; lines < kMostReplyLines; ++lines) {
        SPAREKEY_TRY(const core::SecretText line, read_line(deadline));
        auto reply = parse_assuan(line.expose());
        if (!reply) return failed(reply.error().message);
        data.append(reply->data.expose());
        if (data.size() > kLongestSecret) return failed("it says too much");
        if (reply->kind == AssuanReply::Kind::ok || reply->kind == AssuanReply::Kind::error) {
            answer.error = reply->error;
            answer.data = core::SecretText(std::move(data).take());
            return answer;
        }
    }
    return failed("it says too much");
}

core::Result<core::SecretText> Pinentry::read_line(Deadline deadline) {
    for (;;) {
        const std::string_view seen = core::text_of(pending_.expose().first(filled_));
        const auto end = seen.find('\n');
        if (end != std::string_view::npos) {
            core::SecretText line = core::SecretText::copy_of(seen.substr(0, end));
            filled_ -= end + 1;
            std::memmove(pending_.expose_mutable().data(), seen.data() + end + 1, filled_);
            core::wipe(pending_.expose_mutable().subspan(filled_));
            return line;
        }
        if (filled_ == pending_.size()) return failed("it says too much");
        switch (signals_.wait(child_->output().descriptor(), POLLIN, deadline)) {
            case Waited::signal:
                return cancelled();
            case Waited::late:
                return failed("it does not answer");
            case Waited::ready:
                break;
        }
        const auto space = pending_.expose_mutable().subspan(filled_);
        const ssize_t got = ::read(child_->output().descriptor(), space.data(), space.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return ended();
        filled_ += static_cast<std::size_t>(got);
    }
}

}  // namespace sparekey::cli
