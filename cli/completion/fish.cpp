#include "cli/completion/script.h"
#include "cli/completion/values.h"

namespace sparekey::cli {
namespace {

constexpr std::string_view kFishFunctions = R"fish(
# Sets __sparekey_command, __sparekey_position and __sparekey_vault by the words before the cursor.
function __sparekey_read
    set -g __sparekey_command ''
    set -g __sparekey_position 0
    set -g __sparekey_vault
    set -l words (commandline -opc)
    set -l plain no
    set -l last ''
    for word in $words[2..-1]
        if test -n "$last"
            test "$last" = --vault; and set -g __sparekey_vault --vault $word
            set last ''
        else if test $plain = yes; or not string match -q -- '-*' $word
            if test -z "$__sparekey_command"
                set -g __sparekey_command (__sparekey_name $word)
            else
                set -g __sparekey_position (math $__sparekey_position + 1)
            end
        else if test "$word" = --
            set plain yes
        else if string match -q -- '--vault=*' $word
            set -g __sparekey_vault $word
        else if contains -- $word (__sparekey_valued $__sparekey_command)
            set last $word
        end
    end
end

# The command is $argv[1] and, if there is $argv[2], so many of its arguments stand before the cursor.
function __sparekey_at
    __sparekey_read
    test "$__sparekey_command" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; or test $__sparekey_position -ge $argv[2]; or return 1
    test (count $argv) -lt 3; or test $__sparekey_position -le $argv[3]
end

function __sparekey_titles
    __sparekey_read
    set -l typed (commandline -ct | string unescape 2>/dev/null)
    command sparekey complete-titles $__sparekey_vault -- "$typed" 2>/dev/null </dev/null
end

complete -c sparekey -f
)fish";

/// An alias's own name, and the options that take the next word.
std::string tables() {
    std::string names = "function __sparekey_name\n    switch $argv[1]\n";
    std::string valued = "function __sparekey_valued\n    string split ' ' -- " +
                         shell_quoted(options_with_values(global_options())) +
                         "\n    switch \"$argv[1]\"\n";
    for (const CommandSpec& command : command_table()) {
        const std::string options = options_with_values(command.options);
        if (!command.alias.empty()) {
            names += "        case " + std::string(command.alias) + "\n            printf %s " +
                     std::string(command.name) + "\n";
        }
        if (options.empty()) continue;
        valued += "        case " + std::string(command.name) +
                  "\n            string split ' ' -- " + shell_quoted(options) + "\n";
    }
    return names + "        case '*'\n            printf %s $argv[1]\n    end\nend\n" + valued +
           "    end\nend\n";
}

std::string value_flags(const CompletedValues& values) {
    std::string flags;
    if (values.titles) flags += " -a '(__sparekey_titles)'";
    if (!values.words.empty()) flags += " -a " + shell_quoted(values.joined_words());
    if (values.files) flags += " -F";
    return flags;
}

std::string option_line(const std::string& condition, const OptionSpec& option,
                        const CompletedValues& values) {
    const bool is_long = option.name.starts_with("--");
    std::string line = "complete -c sparekey" + condition + (is_long ? " -l " : " -s ") +
                       std::string(option.name.substr(is_long ? 2 : 1));
    if (!option.value.empty() && !option.optional_value) {
        line += (values.files ? " -r" : " -x") + value_flags(values);
    }
    return line + " -d " + shell_quoted(option.help) + "\n";
}

std::string command_lines(const CommandSpec& command) {
    const std::string name(command.name);
    std::string lines;
    for (const std::string_view shown : {command.name, command.alias}) {
        if (shown.empty()) continue;
        lines += "complete -c sparekey -n \"__sparekey_at ''\" -a " + std::string(shown) + " -d " +
                 shell_quoted(command.summary) + "\n";
    }
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
        const CompletedValues values = completed_values(command, command.arguments[i].name);
        if (values.empty()) continue;
        const std::string place = std::to_string(i);
        lines += "complete -c sparekey -n '__sparekey_at " + name + " " + place +
                 (command.arguments[i].repeat ? "" : " " + place) + "'" + value_flags(values) +
                 "\n";
    }
    const std::string condition = " -n '__sparekey_at " + name + "'";
    for (const OptionSpec& option : command.options) {
        lines += option_line(condition, option, completed_values(command, option.value));
    }
    return lines;
}

}  // namespace

std::string fish_completion() {
    std::string script =
        "# fish completion for sparekey\n" + tables() + std::string(kFishFunctions);
    for (const OptionSpec& option : global_options()) {
        script += option_line("", option, completed_values(option.value));
    }
    for (const CommandSpec& command : command_table()) script += command_lines(command);
    return script;
}

}  // namespace sparekey::cli
