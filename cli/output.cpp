#include "cli/output.h"

#include "cli/table.h"
#include "core/text/unicode.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sparekey::cli {
namespace {

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

/// False if the other end is gone.
bool write_fully(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// no-color.org: present and not empty. A terminal that has no colours says so by its name.
bool no_colour_asked() {
    const char* const asked = std::getenv("NO_COLOR");
    const char* const name = std::getenv("TERM");
    return (asked != nullptr && *asked != 0) ||
           (name != nullptr && std::string_view(name) == "dumb");
}

/// Columns of the terminal that is stdout; 0 if it does not say.
std::size_t window_width() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// In one write, so that those of several processes at one pipe stay apart (up to PIPE_BUF).
void whole_line(Output& out, std::string_view text) {
    core::SecretBuilder line;
    line.append(text);
    line.append('\n');
    const core::SecretBytes bytes = std::move(line).take();
    out.raw(bytes.expose());
}

}  // namespace

Output::Output(bool json, bool quiet)
    : json_(json),
      quiet_(quiet),
      stdout_is_terminal_(::isatty(STDOUT_FILENO) == 1),
      colour_(stdout_is_terminal_ && !no_colour_asked()) {}

void Output::raw(std::string_view text) {
    if (!write_fully(STDOUT_FILENO, text)) {
        // A reader that has seen enough (`sparekey ls | head`) is nothing to complain about.
        if (errno == EPIPE) throw core::SystemFailure("");
        throw core::SystemFailure(std::string("cannot write to standard output: ") +
                                  std::strerror(errno));
    }
}

void Output::raw(core::ByteView bytes) {
    raw(core::text_of(bytes));
}

void Output::line(std::string_view text) {
    if (stdout_is_terminal_) {
        const core::SecretText safe = core::SecretText::copy_of(core::printable(text));
        whole_line(*this, safe.expose());
    } else {
        whole_line(*this, text);
    }
}

void Output::value(std::string_view text) {
    if (stdout_is_terminal_) {
        const core::SecretText safe = core::SecretText::copy_of(core::printable_lines(text));
        whole_line(*this, safe.expose());
    } else {
        whole_line(*this, text);
    }
}

void Output::table(const std::vector<std::string>& header,
                   const std::vector<std::vector<std::string>>& rows) {
    core::SecretBuilder text;
    std::vector<std::vector<std::string>> cells;
    for (const auto& row : rows) {
        cells.emplace_back();
        // Between programs a cell is one cell, too: no tab and no line break inside it.
        for (const std::string& cell : row) cells.back().push_back(core::printable(cell));
    }
    if (stdout_is_terminal_) {
        const std::vector<std::string> lines = table_lines(header, cells, window_width());
        for (std::size_t at = 0; at < lines.size(); ++at) {
            const bool heading = colour_ && at == 0;
            if (heading) text.append(kBold);
            text.append(lines[at]);
            if (heading) text.append(kPlain);
            text.append('\n');
        }
    } else {
        for (const auto& row : cells) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (i > 0) text.append('\t');
                text.append(row[i]);
            }
            text.append('\n');
        }
    }
    raw(text.expose());
}

void Output::note(std::string_view text) {
    if (!quiet_) warn(text);
}

void Output::warn(std::string_view text) {
    if (holder_ != nullptr) return holder_->add(text);
    write_fully(STDERR_FILENO, core::printable(text) + "\n");
}

HeldWarnings::~HeldWarnings() {
    output_.holder_ = nullptr;
    for (const std::string& text : held_) output_.warn(text);
}

void HeldWarnings::add(std::string_view text) {
    if (std::find(held_.begin(), held_.end(), text) != held_.end()) return;
    held_.emplace_back(text);
    news_ += (news_.empty() ? "" : "; ") + held_.back();
}

void Output::error(const core::Error& error) {
    if (error.message.empty()) return;
    if (!json_) {
        std::string text = "sparekey: " + core::printable(error.message) + "\n";
        if (!error.hint.empty()) text += "  " + core::printable(error.hint) + "\n";
        for (const core::Candidate& candidate : error.candidates) {
            text += "  " + candidate.id + "  " + core::printable(candidate.title);
            if (!candidate.username.empty()) text += " / " + core::printable(candidate.username);
            text += "\n";
        }
        write_fully(STDERR_FILENO, text);
        return;
    }
    JsonWriter json;
    json.begin_object().key("error").begin_object();
    json.field("code", core::code_name(error.code)).field("message", error.message);
    json.field("hint", error.hint);
    if (error.code == core::ErrorCode::ambiguous) {
        json.key("candidates").begin_array();
        for (const core::Candidate& candidate : error.candidates) {
            json.begin_object()
                .field("id", candidate.id)
                .field("title", candidate.title)
                .field("username", candidate.username)
                .end_object();
        }
        json.end_array();
    }
    json.end_object().end_object();
    write_fully(STDERR_FILENO, json.expose());
    write_fully(STDERR_FILENO, "\n");
}

}  // namespace sparekey::cli
