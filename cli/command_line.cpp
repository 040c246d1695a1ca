#include "cli/command_line.h"

#include "cli/commands/commands.h"
#include "cli/finder/screen.h"
#include "cli/help.h"
#include "core/lookup/fuzzy.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>

namespace sparekey::cli {
namespace {

/// Stands for "the option without its optional value"; no argument can hold a NUL.
const std::string kNoValue(1, '\0');

const OptionSpec* find_option(const std::vector<OptionSpec>& options, std::string_view name) {
    for (const OptionSpec& option : options) {
        if (option.name == name) return &option;
    }
    return nullptr;
}

/// The arguments in two parts: the command's name, and everything else.
struct SplitLine {
    std::optional<std::string> command;
    std::vector<std::string> rest;
};

SplitLine split(const std::vector<std::string>& arguments) {
    SplitLine line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (!line.command && !argument.starts_with('-')) {
            line.command = argument;
            continue;
        }
        line.rest.push_back(argument);
        const OptionSpec* const option = find_option(global_options(), argument);
        const bool takes_value = option != nullptr && !option->value.empty();
        if (!line.command && takes_value && i + 1 < arguments.size()) {
            line.rest.push_back(arguments[++i]);
        }
    }
    return line;
}

core::Unexpected usage(std::string message, std::string hint) {
    return core::unexpected(core::ErrorCode::usage, std::move(message), std::move(hint));
}

template <class Names>
std::string nearest(const std::string& given, const Names& names) {
    std::string best;
    // One slip in a short name, two in a longer one: more would be guessing.
    std::uint32_t least = given.size() < 6 ? 2 : 3;
    for (const std::string_view name : names) {
        const std::uint32_t distance = core::edit_distance(given, name);
        if (distance < least) {
            least = distance;
            best = std::string(name);
        }
    }
    return best.empty() ? std::string() : "did you mean " + best + "?";
}

core::Unexpected unknown_command(const std::string& name) {
    std::vector<std::string_view> names;
    for (const CommandSpec& command : command_table()) names.push_back(command.name);
    std::string hint = nearest(name, names);
    return usage("there is no command \"" + name + "\"",
                 hint.empty() ? "sparekey --help lists them" : hint);
}

std::vector<OptionSpec> all_options(const CommandSpec& command) {
    std::vector<OptionSpec> options = command.options;
    options.insert(options.end(), global_options().begin(), global_options().end());
    return options;
}

core::Unexpected unknown_option(const std::string& name, const CommandSpec& command,
                                const std::vector<OptionSpec>& options) {
    if (!name.starts_with("--")) {
        return usage("there is no option " + name,
                     "an argument that begins with '-' stands after --");
    }
    std::vector<std::string_view> names;
    for (const OptionSpec& option : options) names.push_back(option.name);
    std::string hint = nearest(name, names);
    if (hint.empty()) hint = "sparekey " + std::string(command.name) + " --help lists them";
    return usage(std::string(command.name) + " has no option " + name, hint);
}

/// "-iFILE" and "-i=FILE"; false for anything else.
bool mark_short_value(std::string& argument, const std::vector<OptionSpec>& options) {
    if (argument.size() < 3 || !argument.starts_with('-')) return false;
    const OptionSpec* const option = find_option(options, argument.substr(0, 2));
    if (option == nullptr || option->value.empty()) return false;
    if (argument[2] == '=') argument.erase(2, 1);
    if (argument.size() == 2) argument += kNoValue;
    return true;
}

/// What CLI11 would guess at is made plain: "--generate" alone and "--url=" get a value that stands
/// for none, so that they never swallow the next argument; a flag takes no value.
core::Result<std::vector<std::string>> mark_missing_values(std::vector<std::string> arguments,
                                                           const CommandSpec& command,
                                                           const std::vector<OptionSpec>& options) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string& argument = arguments[i];
        if (argument == "--") break;
        if (mark_short_value(argument, options)) continue;
        const auto equals = argument.find('=');
        const OptionSpec* const option = find_option(options, argument.substr(0, equals));
        if (option == nullptr && argument.size() > 1 && argument.starts_with('-')) {
            return unknown_option(argument.substr(0, equals), command, options);
        }
        if (option == nullptr) continue;
        const std::string name(option->name);
        if (equals == std::string::npos) {
            if (option->optional_value) {
                argument += "=" + kNoValue;
            } else if (!option->value.empty()) {
                ++i;  // its value, whatever that looks like
            }
        } else if (option->value.empty()) {
            return usage(name + " takes no value", "leave out " + argument.substr(equals));
        } else if (equals + 1 == argument.size()) {
            argument += kNoValue;
        }
    }
    return arguments;
}

core::Unexpected explain(const CLI::ParseError& failure, const std::vector<std::string>& given,
                         const CommandSpec& command, const std::vector<OptionSpec>& options) {
    for (std::size_t i = 0; i < given.size() && given[i] != "--"; ++i) {
        const OptionSpec* const option = find_option(options, given[i]);
        const bool needs_value = option != nullptr && !option->value.empty();
        if (needs_value && (i + 1 == given.size() || given[i + 1].starts_with('-'))) {
            return usage(std::string(option->name) + " needs a value",
                         std::string(option->name) + "=" + std::string(option->value));
        }
    }
    return usage(failure.what(), "sparekey " + std::string(command.name) + " --help");
}

core::Result<void> check_counts(const CommandSpec& command, const Arguments& arguments) {
    const std::size_t given = arguments.positional().size();
    std::size_t required = 0;
    bool endless = false;
    for (const ArgumentSpec& argument : command.arguments) {
        required += argument.required ? 1 : 0;
        endless = endless || argument.repeat;
    }
    const std::string hint = usage_line(command);
    if (given < required) {
        return usage(std::string(command.arguments[given].name) + " is missing", hint);
    }
    if (!endless && given > command.arguments.size()) {
        return usage("\"" + arguments.positional().back() + "\" is one argument too many", hint);
    }
    for (const OptionSpec& option : command.options) {
        if (!option.repeat && arguments.values(option.name).size() > 1) {
            return usage(std::string(option.name) + " is given twice", hint);
        }
    }
    return {};
}

/// CLI11 does the parsing proper: values, `=`, `--`, what is no option at all.
core::Result<Arguments> parse_arguments(const CommandSpec& command,
                                        const std::vector<std::string>& given) {
    const std::vector<OptionSpec> options = all_options(command);
    CLI::App app;
    app.set_help_flag();
    app.allow_windows_style_options(false);
    std::vector<std::vector<std::string>> values(options.size());
    std::vector<CLI::Option*> parsed;
    for (std::size_t i = 0; i < options.size(); ++i) {
        const std::string name(options[i].name);
        if (options[i].value.empty()) {
            parsed.push_back(app.add_flag(name));
        } else {
            parsed.push_back(app.add_option(name, values[i])
                                 ->expected(1)
                                 ->allow_extra_args(false)
                                 ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
        }
    }
    app.allow_extras();  // a positional vector would take "[a,b]" apart
    SPAREKEY_TRY(std::vector<std::string> marked, mark_missing_values(given, command, options));
    const auto dashes = std::find(marked.begin(), marked.end(), "--");
    // After "--" everything is an argument.
    const std::vector<std::string> verbatim(dashes == marked.end() ? dashes : std::next(dashes),
                                            marked.end());
    marked.erase(dashes, marked.end());
    std::reverse(marked.begin(), marked.end());  // CLI11 takes a vector from its end
    try {
        app.parse(std::move(marked));
    } catch (const CLI::ParseError& failure) {
        return explain(failure, given, command, options);
    }
    Arguments arguments;
    for (std::size_t i = 0; i < options.size(); ++i) {
        if (parsed[i]->count() == 0) continue;
        if (options[i].value.empty()) arguments.add(options[i].name, "");
        for (const std::string& value : values[i]) {
            arguments.add(options[i].name, value == kNoValue ? "" : value);
        }
    }
    for (std::string& text : app.remaining()) arguments.add_positional(std::move(text));
    for (const std::string& text : verbatim) arguments.add_positional(text);
    return arguments;
}

core::Result<GlobalOptions> global_values(const Arguments& arguments) {
    GlobalOptions globals;
    const char* const variable = std::getenv("SPAREKEY_VAULT");
    if (variable != nullptr && *variable != 0) globals.vault_name = variable;
    if (const auto name = arguments.value("--vault")) globals.vault_name = *name;
    globals.vault_is_named = arguments.has("--vault") || (variable != nullptr && *variable != 0);
    if (!is_vault_name(globals.vault_name)) {
        return usage("\"" + globals.vault_name + "\" is not a vault name",
                     "a-z, 0-9, then also . _ -, at most 64");
    }
    globals.json = arguments.has("--json");
    globals.quiet = arguments.has("--quiet");
    globals.yes = arguments.has("--yes");
    globals.no_agent = arguments.has("--no-agent");
    globals.password_file = arguments.value("--password-file");
    globals.key_file = arguments.value("--key-file");
    globals.recovery_file = arguments.value("--recovery-file");
    return globals;
}

bool asks(const std::vector<std::string>& arguments, std::string_view option,
          std::string_view letter) {
    for (const std::string& argument : arguments) {
        if (argument == "--") return false;
        if (argument == option || argument == letter) return true;
    }
    return false;
}

}  // namespace

const CommandSpec* find_command(std::string_view name) {
    for (const CommandSpec& command : command_table()) {
        if (command.name == name || (!command.alias.empty() && command.alias == name)) {
            return &command;
        }
    }
    for (const CommandSpec& command : internal_commands()) {
        if (command.name == name) return &command;
    }
    return nullptr;
}

std::string_view command_called_as(std::string_view program) {
    constexpr std::string_view kSuffix = "-sparekey";
    const std::string_view name = program.substr(program.rfind('/') + 1);
    if (!name.ends_with(kSuffix)) return {};
    const std::string_view command = name.substr(0, name.size() - kSuffix.size());
    return command == "git-credential" || command == "docker-credential" ? command
                                                                         : std::string_view();
}

bool wants_json(const std::vector<std::string>& arguments) {
    return asks(arguments, "--json", "--json");
}

core::Result<ParsedLine> parse_command_line(const std::vector<std::string>& arguments) {
    SplitLine line = split(arguments);
    ParsedLine parsed;
    if (line.command == "help") {
        // As everybody types it: `sparekey help add` is `sparekey add --help`.
        line = split(line.rest);
        line.rest = {"--help"};
    }
    if (line.command) {
        parsed.command = find_command(*line.command);
        if (parsed.command == nullptr) return unknown_command(*line.command);
    }
    if (asks(line.rest, "--help", "-h")) {
        parsed.print = parsed.command == nullptr ? general_help() : command_help(*parsed.command);
        return parsed;
    }
    if (asks(line.rest, "--version", "--version")) {
        parsed.print = wants_json(line.rest) ? "{\"version\":\"" SPAREKEY_VERSION "\"}\n"
                                             : "sparekey " SPAREKEY_VERSION "\n";
        return parsed;
    }
    if (parsed.command == nullptr) {
        for (const std::string& argument : line.rest) {
            const std::string name = argument.substr(0, argument.find('='));
            if (name.starts_with('-') && find_option(global_options(), name) == nullptr) {
                return usage("there is no option " + name, "sparekey --help lists them");
            }
        }
        if (wants_json(line.rest) || !finder::Screen::is_possible()) {
            return usage("no command is given", "sparekey --help lists them");
        }
        static const CommandSpec finder = commands::finder();
        parsed.command = &finder;
    }
    SPAREKEY_TRY(parsed.arguments, parse_arguments(*parsed.command, line.rest));
    SPAREKEY_CHECK(check_counts(*parsed.command, parsed.arguments));
    SPAREKEY_TRY(parsed.globals, global_values(parsed.arguments));
    return parsed;
}

}  // namespace sparekey::cli
