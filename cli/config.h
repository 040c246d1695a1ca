// config.toml (INTERFACE, "config.toml"): what a person sets once. Every key is checked, those of
// parts that are not there yet too, so that a slip is told and not silently without effect.
#pragma once

#include "core/base/result.h"
#include "core/generate/generate.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

struct ClipboardConfig {
    std::string command;           // [clipboard] command: given the text on its stdin, by sh
    bool osc52 = false;            // [clipboard] osc52
    std::uint64_t timeout_s = 30;  // [clipboard] timeout; 0: never
};

struct Config {
    std::uint64_t agent_timeout_s = 15 * 60;                   // [agent] timeout; 0: never
    bool agent_autostart = false;                              // [agent] autostart
    bool require_locked_memory = false;                        // [agent] require_locked_memory
    std::size_t history_kept = 100;                            // [history] keep: records an item
    std::string generate_default{core::kDefaultGenerateSpec};  // [generate] default: a SPEC
    std::string pinentry;                                      // [prompt] pinentry: a program
    bool background_sync = false;                              // [sync] background
    ClipboardConfig clipboard;
    /// [health] range_url: what answers to a prefix of a hash that is put behind it.
    std::string breach_range_url = "https://api.pwnedpasswords.com/range/";
};

struct ConfigKey {
    std::string_view section;
    std::string_view name;
};
/// Every key that config.toml may have.
std::vector<ConfigKey> config_keys();

/// Seconds of "30s", "15m", "2h"; nothing for anything else.
std::optional<std::uint64_t> parse_duration(std::string_view text);

/// The defaults without a file. ErrorCode::usage, naming file and line, for what is not TOML, not a
/// key, or not a value that the key takes. ErrorCode::integrity if the file names programs and is
/// another user's, or open for others to write: those programs see secrets.
core::Result<Config> read_config(const std::string& path);

}  // namespace sparekey::cli
