#include "cli/server/command_line.h"

#include <CLI/CLI.hpp>

#include <cstdlib>

namespace sparekey::cli::server {
namespace {

constexpr const char* kDefaultConfig = "/etc/sparekey/server.toml";

std::string default_config() {
    const char* const named = std::getenv("SPAREKEY_SERVER_CONFIG");
    return named != nullptr && *named != 0 ? named : kDefaultConfig;
}

/// One command's part of the parser, and where it puts what was given.
struct Parsed {
    CLI::App* app = nullptr;
    std::vector<std::string> values;
    std::vector<CLI::Option*> options;
};

Parsed add(CLI::App& root, const Command& command) {
    Parsed parsed;
    parsed.app = root.add_subcommand(std::string(command.name), std::string(command.summary));
    parsed.app->fallthrough();
    parsed.values.resize(command.parameters.size());
    return parsed;
}

void add_parameters(Parsed& parsed, const Command& command) {
    for (std::size_t i = 0; i < command.parameters.size(); ++i) {
        const Parameter& parameter = command.parameters[i];
        const std::string name(parameter.name);
        const std::string help(parameter.help);
        if (!parameter.is_option()) {
            parsed.options.push_back(
                parsed.app->add_option(name, parsed.values[i], help)->required());
        } else if (parameter.value.empty()) {
            parsed.options.push_back(parsed.app->add_flag(name, help));
        } else {
            parsed.options.push_back(parsed.app->add_option(name, parsed.values[i], help)
                                         ->type_name(std::string(parameter.value))
                                         ->required(parameter.required));
        }
    }
}

Given given_of(const Parsed& parsed, const Command& command) {
    Given given;
    for (std::size_t i = 0; i < command.parameters.size(); ++i) {
        if (parsed.options[i]->count() > 0) {
            given.emplace(command.parameters[i].name, parsed.values[i]);
        }
    }
    return given;
}

}  // namespace

core::Result<ParsedLine> parse_command_line(int argc, const char* const* argv) {
    CLI::App app("Keeps sealed vaults for the devices of their owners.", "sparekey-server");
    ParsedLine line;
    line.options.config_path = default_config();
    app.add_option("--config", line.options.config_path, "the configuration")->type_name("FILE");
    app.add_flag("--json", line.options.json, "one JSON document on stdout, errors as JSON");
    app.add_flag("--yes", line.options.yes, "no confirmation");
    app.set_version_flag("--version", "sparekey-server " SPAREKEY_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    std::vector<Parsed> parsed;
    parsed.reserve(commands().size());  // the parser points into it
    for (const Command& command : commands()) {
        parsed.push_back(add(app, command));
        add_parameters(parsed.back(), command);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        std::ostringstream text;
        app.exit(asked, text, text);
        line.print = text.str();
        return line;
    } catch (const CLI::ParseError& failure) {
        return core::unexpected(core::ErrorCode::usage, failure.what(), "sparekey-server --help");
    }
    for (std::size_t i = 0; i < parsed.size(); ++i) {
        if (!parsed[i].app->parsed()) continue;
        line.command = &commands()[i];
        line.given = given_of(parsed[i], *line.command);
    }
    return line;
}

}  // namespace sparekey::cli::server
