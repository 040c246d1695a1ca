#include "cli/config.h"

#include "core/base/mutant.h"
#include "core/text/number.h"
#include "core/text/unicode.h"
#include "storage/folder/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace sparekey::cli {
namespace {

constexpr std::size_t kLargestConfig = 64 * 1024;
constexpr std::int64_t kMostHistory = 1'000'000;

enum class Kind { text, flag, duration, duration_or_never, history, spec };

struct Key {
    std::string_view section;
    std::string_view name;
    Kind kind;
};
constexpr std::array kKeys = {
    Key{"agent", "timeout", Kind::duration},
    Key{"agent", "autostart", Kind::flag},
    Key{"agent", "require_locked_memory", Kind::flag},
    Key{"prompt", "pinentry", Kind::text},
    Key{"clipboard", "timeout", Kind::duration_or_never},
    Key{"clipboard", "command", Kind::text},
    Key{"clipboard", "osc52", Kind::flag},
    Key{"generate", "default", Kind::spec},
    Key{"sync", "background", Kind::flag},
    Key{"history", "keep", Kind::history},
    Key{"health", "range_url", Kind::text},
};

core::Unexpected wrong(const std::string& path, std::size_t line, const std::string& what) {
    return core::unexpected(core::ErrorCode::usage,
                            path + ", line " + std::to_string(line) + ": " + what,
                            "man sparekey-config lists the keys");
}

/// Nothing if the value is one that the key takes, else what it should be.
std::string complaint(const Key& key, const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    const auto number = node.value_exact<std::int64_t>();
    switch (key.kind) {
        case Kind::flag:
            return node.is_boolean() ? "" : "true or false";
        case Kind::text:
            return text ? "" : "text";
        case Kind::duration:
            return text && parse_duration(*text) ? "" : "a time such as \"30s\", \"15m\" or \"2h\"";
        case Kind::duration_or_never:
            return text && (parse_duration(*text) || *text == "0")
                       ? ""
                       : "a time such as \"30s\" or \"2m\", or \"0\" for never";
        case Kind::spec:
            return text && core::parse_generate_spec(*text) ? ""
                                                            : "LENGTH[,CLASSES], words:N or pin:N";
        case Kind::history:
            return number && *number >= 0 && *number <= kMostHistory ? ""
                                                                     : "a number from 0 to 1000000";
    }
    return "";
}

void take_value(std::string_view section, std::string_view name, const toml::node& node,
                Config& config) {
    const auto is = [&](std::string_view in, std::string_view key) {
        return section == in && name == key;
    };
    if (is("history", "keep")) {
        config.history_kept = static_cast<std::size_t>(*node.value<std::int64_t>());
    }
    if (is("generate", "default")) config.generate_default = *node.value<std::string>();
    if (is("prompt", "pinentry")) config.pinentry = *node.value<std::string>();
    if (is("clipboard", "command")) config.clipboard.command = *node.value<std::string>();
    if (is("health", "range_url")) config.breach_range_url = *node.value<std::string>();
    if (is("sync", "background")) config.background_sync = *node.value<bool>();
    if (is("clipboard", "osc52")) config.clipboard.osc52 = *node.value<bool>();
    if (is("clipboard", "timeout")) {
        config.clipboard.timeout_s = parse_duration(*node.value<std::string>()).value_or(0);
    }
}

std::size_t line_of(const toml::node& node) {
    return node.source().begin.line;
}

void set_agent_key(const Key& key, const toml::node& node, Config& config) {
    if (key.name == "timeout") config.agent_timeout_s = *parse_duration(*node.value<std::string>());
    if (key.name == "autostart") config.agent_autostart = *node.value<bool>();
    if (key.name == "require_locked_memory") config.require_locked_memory = *node.value<bool>();
}

core::Result<void> read_key(const std::string& path, std::string_view section,
                            std::string_view name, const toml::node& node, Config& config) {
    for (const Key& key : kKeys) {
        if (key.section != section || key.name != name) continue;
        const std::string wanted = complaint(key, node);
        if (!wanted.empty()) {
            return wrong(path, line_of(node), std::string(name) + " has to be " + wanted);
        }
        if (key.section == "agent") set_agent_key(key, node, config);
        take_value(section, name, node, config);
        return {};
    }
    return wrong(
        path, line_of(node),
        "there is no key \"" + core::printable(name) + "\" in [" + core::printable(section) + "]");
}

core::Result<Config> read_tables(const std::string& path, const toml::table& root) {
    Config config;
    for (const auto& [section, node] : root) {
        const toml::table* const table = node.as_table();
        if (table == nullptr) {
            return wrong(path, line_of(node),
                         "\"" + core::printable(section.str()) + "\" stands in no section");
        }
        for (const auto& [name, value] : *table) {
            SPAREKEY_CHECK(read_key(path, section.str(), name.str(), value, config));
        }
    }
    return config;
}

/// A file that names programs to be given secrets is the user's own or the system's.
core::Result<void> check_programs(const storage::File& file, const std::string& path,
                                  const Config& config) {
    if (config.pinentry.empty() && config.clipboard.command.empty()) return {};
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) return wrong(path, 1, "it cannot be looked at");
    const bool own = status.st_uid == ::geteuid() || status.st_uid == 0;
    if (SPAREKEY_LEFT_OUT("config-owner") || (own && (status.st_mode & S_IWOTH) == 0)) return {};
    return core::unexpected(core::ErrorCode::integrity,
                            path + " names programs and " +
                                (own ? "everybody can write it" : "belongs to another user"),
                            own ? "chmod o-w " + path : "look who put it there");
}

}  // namespace

std::vector<ConfigKey> config_keys() {
    std::vector<ConfigKey> keys;
    for (const Key& key : kKeys) keys.push_back({key.section, key.name});
    return keys;
}

std::optional<std::uint64_t> parse_duration(std::string_view text) {
    if (text.size() < 2 || text.size() > 9) return std::nullopt;
    const auto number = core::whole_number<std::uint64_t>(text.substr(0, text.size() - 1));
    if (!number) return std::nullopt;
    switch (text.back()) {
        case 's':
            return number;
        case 'm':
            return *number * 60;
        case 'h':
            return *number * 3600;
        default:
            return std::nullopt;
    }
}

core::Result<Config> read_config(const std::string& path) {
    // A link is the person's own: many keep their settings in a repository.
    const storage::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open() && errno == ENOENT) return Config();
    std::string text(kLargestConfig + 1, '\0');
    const ssize_t size = file.is_open() ? ::read(file.descriptor(), text.data(), text.size()) : -1;
    if (size < 0) {
        return core::unexpected(core::ErrorCode::failed,
                                "cannot read " + path + ": " + std::strerror(errno));
    }
    text.resize(static_cast<std::size_t>(size));
    if (text.size() > kLargestConfig) return wrong(path, 1, "the file is longer than 64 KiB");
    try {
        SPAREKEY_TRY(Config config, read_tables(path, toml::parse(text)));
        SPAREKEY_CHECK(check_programs(file, path, config));
        return config;
    } catch (const toml::parse_error& failure) {
        return wrong(path, failure.source().begin.line, std::string(failure.description()));
    }
}

}  // namespace sparekey::cli
