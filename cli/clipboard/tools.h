// The programs that reach a clipboard: which one, and how it is spoken to.
//
// Text goes in by stdin and comes out by stdout, never by argument. A terminal's own clipboard is
// reached by OSC 52 (xterm's control sequences: "Manipulate Selection Data"); inside tmux by tmux,
// which hands it on with its default settings, where it would drop an application's own sequence.
#pragma once

#include "cli/config.h"
#include "core/secret/secret_bytes.h"
#include "storage/folder/files.h"

#include <chrono>
#include <string>
#include <vector>

namespace sparekey::cli::clipboard {

enum class Kind : std::uint8_t { command, osc52, tmux, wl_copy, xclip, xsel };

struct Tool {
    Kind kind = Kind::command;
    std::string name;                // for messages
    std::vector<std::string> copy;   // with the text on its stdin; empty: OSC 52
    std::vector<std::string> paste;  // empty: nothing can look into it
    std::vector<std::string> clear;
    std::string blank;  // on the stdin of `clear`
};

/// `command` is [clipboard] command.
Tool tool_of(Kind kind, const std::string& command);

/// By configuration and environment. ErrorCode::failed, naming what to install, if there is none.
core::Result<Tool> choose_tool(const ClipboardConfig& config, bool has_terminal);

/// `terminal` is for OSC 52. ErrorCode::failed, with what the tool said.
core::Result<void> copy(const Tool& tool, const core::SecretText& text,
                        const storage::File& terminal);
core::Result<void> clear(const Tool& tool, const storage::File& terminal);

enum class Look { text, no_text, unknown };  // unknown: it cannot be looked at, or not in time
struct Held {
    Look look = Look::unknown;
    core::SecretText text = {};
};
Held look(const Tool& tool);

/// What tells this clipboard from others: the tool, where it lies, the display, the terminal.
std::string identity(const Tool& tool, const storage::File& terminal);

}  // namespace sparekey::cli::clipboard
