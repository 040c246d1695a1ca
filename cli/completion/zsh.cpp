#include "cli/completion/script.h"
#include "cli/completion/values.h"

namespace sparekey::cli {
namespace {

constexpr std::string_view kTitles = R"zsh(_sparekey_titles() {
    local -a titles name
    local vault=${(Q)opt_args[--vault]:-$sparekey_vault}
    [[ -n $vault ]] && name=(--vault "$vault")
    titles=(${(f)"$(command sparekey complete-titles $name -- "${(Q)PREFIX}" 2>/dev/null </dev/null)"})
    compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -a titles
}
)zsh";

constexpr std::string_view kStart =
    R"zsh(    local curcontext=$curcontext state line sparekey_vault ret=1
    typeset -A opt_args
    _arguments -C $globals '1: :->command' '*:: :->argument' && ret=0
    case $state in
    command) _describe -t commands 'command' commands && ret=0 ;;
    argument)
        sparekey_vault=${(Q)opt_args[--vault]}
        case $words[1] in
)zsh";

constexpr std::string_view kEnd = R"zsh(        esac ;;
    esac
    return ret
}
# Loaded by name, or read by a .zshrc.
if [[ $funcstack[1] == _sparekey ]]; then
    _sparekey "$@"
else
    compdef _sparekey sparekey
fi
)zsh";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string action(const CompletedValues& values) {
    if (values.titles) return "_sparekey_titles";
    if (values.files && values.words.empty()) return "_files";
    // Both: words that are also offered as files of that name would be.
    if (values.files) {
        return "{_alternative \"words:word:(" + values.joined_words() +
               ")\" \"files:file:_files\"}";
    }
    return values.words.empty() ? "" : "(" + values.joined_words() + ")";
}

/// The usage without its brackets.
std::string message(std::string_view usage) {
    if (usage.starts_with('[')) usage = usage.substr(1, usage.size() - 2);
    return escaped(usage);
}

std::string option_spec(const OptionSpec& option, const CompletedValues& values) {
    std::string spec = (option.repeat ? "*" : "") + std::string(option.name);
    const bool is_long = option.name.starts_with("--");
    if (!option.value.empty() && is_long) spec += option.optional_value ? "=-" : "=";
    spec += "[" + escaped(option.help) + "]";
    if (!option.value.empty()) {
        spec += (option.optional_value ? "::" : ":") + message(option.value) + ":" + action(values);
    }
    return shell_quoted(spec);
}

std::string argument_spec(const CommandSpec& command, std::size_t index) {
    const ArgumentSpec& argument = command.arguments[index];
    const std::string place = argument.repeat ? "*" : std::to_string(index + 1);
    return shell_quoted(place + (argument.required ? ":" : "::") + message(argument.name) + ":" +
                        action(completed_values(command, argument.name)));
}

std::string globals() {
    std::string text = "    globals=(\n";
    for (const OptionSpec& option : global_options()) {
        text += "        " + option_spec(option, completed_values(option.value)) + "\n";
    }
    return text + "    )\n";
}

std::string commands() {
    std::string text = "    commands=(\n";
    for (const CommandSpec& command : command_table()) {
        for (const std::string_view name : {command.name, command.alias}) {
            if (name.empty()) continue;
            text += "        " + shell_quoted(std::string(name) + ":" + escaped(command.summary)) +
                    "\n";
        }
    }
    return text + "    )\n";
}

std::string command_case(const CommandSpec& command) {
    std::string text = "        " + std::string(command.name);
    if (!command.alias.empty()) text += "|" + std::string(command.alias);
    text += ") _arguments $globals";
    for (const OptionSpec& option : command.options) {
        text += " \\\n            " + option_spec(option, completed_values(command, option.value));
    }
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
        text += " \\\n            " + argument_spec(command, i);
    }
    return text + " && ret=0 ;;\n";
}

}  // namespace

std::string zsh_completion() {
    std::string cases;
    for (const CommandSpec& command : command_table()) cases += command_case(command);
    return "#compdef sparekey\n# zsh completion for sparekey\n" + std::string(kTitles) +
           "_sparekey() {\n    local -a commands globals\n" + globals() + commands() +
           std::string(kStart) + cases + std::string(kEnd);
}

}  // namespace sparekey::cli
