#include "cli/paths.h"

#include <algorithm>
#include <cstdlib>

namespace sparekey::cli {
namespace {

constexpr std::size_t kLongestName = 64;

/// The variable's value if it is an absolute path, else HOME and `fallback`.
std::string folder(const char* variable, const std::string& home, const char* fallback) {
    const char* const given = std::getenv(variable);
    if (given != nullptr && given[0] == '/') return std::string(given) + "/sparekey";
    return home.empty() ? std::string() : home + fallback + "/sparekey";
}

}  // namespace

core::Result<Paths> paths_from_environment() {
    const char* const home = std::getenv("HOME");
    const std::string base = home != nullptr && home[0] == '/' ? home : "";
    Paths paths{folder("XDG_DATA_HOME", base, "/.local/share"),
                folder("XDG_CONFIG_HOME", base, "/.config"),
                folder("XDG_STATE_HOME", base, "/.local/state")};
    if (paths.data.empty() || paths.config.empty() || paths.state.empty()) {
        return core::unexpected(core::ErrorCode::failed, "HOME is not set",
                                "set HOME, or XDG_DATA_HOME, XDG_CONFIG_HOME and XDG_STATE_HOME");
    }
    return paths;
}

bool is_vault_name(std::string_view name) {
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= kLongestName && letter_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return letter_or_digit(c) || c == '.' || c == '_' || c == '-';
           });
}

}  // namespace sparekey::cli
