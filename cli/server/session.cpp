#include "cli/server/session.h"

#include "core/text/unicode.h"

#include <unistd.h>

#include <iostream>
#include <sstream>

extern char** environ;

namespace sparekey::cli::server {
namespace {

sync::Environment environment() {
    sync::Environment all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (text.starts_with("SPAREKEY_SERVER_") && equals != std::string_view::npos) {
            all.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return all;
}

}  // namespace

std::string complaint_text(const std::string& path,
                           const std::vector<sync::Complaint>& complaints) {
    std::string text;
    for (const sync::Complaint& complaint : complaints) {
        if (!text.empty()) text += "\n";
        text += complaint.variable.empty() ? core::printable(path) : complaint.variable;
        if (complaint.line > 0) text += ", line " + std::to_string(complaint.line);
        text += ": " + core::printable(complaint.what);
    }
    return text;
}

void report(Output& out, const core::Error& error) {
    if (out.json()) return out.error(error);
    std::istringstream message(error.message);
    for (std::string line; std::getline(message, line);) out.warn("sparekey-server: " + line);
    if (!error.message.empty() && !error.hint.empty()) out.warn("  " + error.hint);
}

core::Result<sync::ConfigOutcome> Session::config_outcome() const {
    SPAREKEY_TRY(const std::string text, sync::load_config_text(options_.config_path));
    return sync::read_server_config(text, environment());
}

core::Result<sync::ServerConfig> Session::config() const {
    SPAREKEY_TRY(sync::ConfigOutcome outcome, config_outcome());
    if (!outcome.config) {
        return core::unexpected(core::ErrorCode::usage,
                                complaint_text(options_.config_path, outcome.complaints));
    }
    return std::move(*outcome.config);
}

core::Result<void> Session::confirm(const std::string& question) const {
    if (options_.yes) return {};
    if (::isatty(STDIN_FILENO) == 0) {
        return core::unexpected(core::ErrorCode::usage, "this has to be confirmed", "--yes");
    }
    std::cerr << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "y" || answer == "yes") return {};
    return core::unexpected(core::ErrorCode::failed, "nothing was changed");
}

}  // namespace sparekey::cli::server
