#include "cli/clipboard/tools.h"

#include "cli/programs/child.h"
#include "core/base/bytes.h"
#include "core/text/unicode.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace sparekey::cli::clipboard {
namespace {

using std::chrono::milliseconds;
using storage::File;

constexpr milliseconds kToolPatience(10'000);
constexpr milliseconds kPatienceForHelp(2'000);
constexpr std::size_t kMostHeld = std::size_t{1} << 20;
/// Of base64: what common terminals take.
constexpr std::size_t kLongestOsc52 = 74'994;

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// wl-clipboard 2.3 and later can tell clipboard managers not to keep it.
bool knows_sensitive() {
    const auto help = run_program({"wl-copy", "--help"}, {}, 64 * 1024, kPatienceForHelp);
    return help && help->output.expose().find("--sensitive") != std::string_view::npos;
}

core::Result<void> write_sequence(const File& terminal, const core::SecretText& sequence) {
    std::string_view left = sequence.expose();
    while (!left.empty()) {
        const ssize_t written = ::write(terminal.descriptor(), left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return core::unexpected(core::ErrorCode::failed, "the terminal is gone");
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

core::Result<void> send_osc52(const File& terminal, std::string_view text) {
    core::SecretBuilder sequence;
    sequence.append("\x1b]52;c;");
    std::string encoded = core::to_base64(core::bytes_of(text));
    sequence.append(encoded);
    const std::size_t size = encoded.size();
    core::wipe({reinterpret_cast<std::uint8_t*>(encoded.data()), encoded.size()});
    sequence.append("\x07");
    if (size > kLongestOsc52) {
        return core::unexpected(core::ErrorCode::failed,
                                "the text is too long for a terminal's clipboard (OSC 52)");
    }
    return write_sequence(terminal, core::SecretText(std::move(sequence).take()));
}

core::Result<void> run_tool(const Tool& tool, const std::vector<std::string>& command,
                            std::string_view input) {
    // What serves the clipboard from then on outlives the terminal in which it was filled.
    SPAREKEY_TRY(const Ran ran, run_program(command, input, 0, kToolPatience, Ties::cut));
    if (ran.status == 0) return {};
    const std::string said = ran.complaint.empty() ? "" : ": " + core::printable(ran.complaint);
    return core::unexpected(
        core::ErrorCode::failed, tool.name + " failed (" + std::to_string(ran.status) + ")" + said,
        "[clipboard] command or osc52 in config.toml reaches another clipboard");
}

/// wl-copy keeps what it serves in a file of $TMPDIR: the runtime folder lies in memory.
void keep_off_the_disk(const Tool& tool) {
    const std::string runtime = variable("XDG_RUNTIME_DIR");
    if (tool.kind == Kind::wl_copy && runtime.starts_with('/')) {
        ::setenv("TMPDIR", runtime.c_str(), 1);
    }
}

core::Unexpected no_tool() {
    const bool wayland = !variable("WAYLAND_DISPLAY").empty();
    return core::unexpected(
        core::ErrorCode::failed, "there is no program to copy with",
        (wayland ? std::string("install wl-clipboard") : "install xclip or xsel") +
            "; or set [clipboard] command, or osc52 = true for the terminal's own clipboard");
}

/// Those that say which clipboard it is, and no more: two terminals of one display share it.
std::vector<const char*> variables_of(Kind kind) {
    switch (kind) {
        case Kind::xclip:
        case Kind::xsel:
            return {"DISPLAY"};
        case Kind::wl_copy:
            return {"WAYLAND_DISPLAY"};
        case Kind::tmux:
        case Kind::osc52:
            return {"TMUX"};
        case Kind::command:
            break;
    }
    return {"DISPLAY", "WAYLAND_DISPLAY", "TMUX"};
}

/// Not the name of a buffer that somebody else uses.
std::string buffer_name() {
    return "sparekey-" + std::to_string(::getpid());
}

}  // namespace

Tool tool_of(Kind kind, const std::string& command) {
    switch (kind) {
        case Kind::command:
            return {kind, "the clipboard's command", {"sh", "-c", command},
                    {},   {"sh", "-c", command},     ""};
        case Kind::osc52:
            return {kind, "the terminal", {}, {}, {}, ""};
        case Kind::tmux: {
            const std::string name = buffer_name();
            // The buffer goes as soon as the terminal has it. tmux hands on no empty text.
            const std::vector<std::string> load = {"tmux", "load-buffer",   "-w", "-b", name, "-",
                                                   ";",    "delete-buffer", "-b", name};
            return {kind, "tmux", load, {}, load, " "};
        }
        case Kind::wl_copy:
            // With a type it does not have the text looked at by another program to guess one.
            return {kind,
                    "wl-copy",
                    {"wl-copy", "--type", "text/plain"},
                    {"wl-paste", "--no-newline"},
                    {"wl-copy", "--clear"},
                    ""};
        case Kind::xclip:
            return {kind,
                    "xclip",
                    {"xclip", "-selection", "clipboard", "-in"},
                    {"xclip", "-selection", "clipboard", "-out"},
                    {"xclip", "-selection", "clipboard", "-in"},
                    ""};
        case Kind::xsel:
            return {kind,
                    "xsel",
                    {"xsel", "--clipboard", "--input"},
                    {"xsel", "--clipboard", "--output"},
                    {"xsel", "--clipboard", "--clear"},
                    ""};
    }
    return {};
}

core::Result<Tool> choose_tool(const ClipboardConfig& config, bool has_terminal) {
    if (!config.command.empty()) return tool_of(Kind::command, config.command);
    if (config.osc52 && has_terminal) {
        return tool_of(variable("TMUX").empty() ? Kind::osc52 : Kind::tmux, {});
    }
    if (!variable("WAYLAND_DISPLAY").empty() && !find_program("wl-copy").empty()) {
        Tool tool = tool_of(Kind::wl_copy, {});
        if (knows_sensitive()) tool.copy.emplace_back("--sensitive");
        return tool;
    }
    for (const Kind kind : {Kind::xclip, Kind::xsel}) {
        Tool tool = tool_of(kind, {});
        if (!find_program(tool.name).empty()) return tool;
    }
    return no_tool();
}

core::Result<void> copy(const Tool& tool, const core::SecretText& text, const File& terminal) {
    keep_off_the_disk(tool);
    if (tool.copy.empty()) return send_osc52(terminal, text.expose());
    return run_tool(tool, tool.copy, text.expose());
}

core::Result<void> clear(const Tool& tool, const File& terminal) {
    if (tool.clear.empty()) return send_osc52(terminal, {});
    return run_tool(tool, tool.clear, tool.blank);
}

Held look(const Tool& tool) {
    if (tool.paste.empty()) return {};
    auto ran = run_program(tool.paste, {}, kMostHeld, kToolPatience);
    if (!ran) return {};
    // It says so if there is nothing, or a picture.
    if (ran->status != 0) return {Look::no_text};
    return {Look::text, std::move(ran->output)};
}

std::string identity(const Tool& tool, const File& terminal) {
    std::string told = tool.name;
    if (!tool.copy.empty()) told += '\n' + find_program(tool.copy.front());
    if (tool.kind == Kind::command) told += '\n' + tool.copy.back();
    char name[256];
    if (terminal.is_open() && ::ttyname_r(terminal.descriptor(), name, sizeof name) == 0) {
        told += std::string("\n") + name;
    }
    for (const char* const each : variables_of(tool.kind)) {
        told += '\n' + variable(each);
    }
    return told;
}

}  // namespace sparekey::cli::clipboard
