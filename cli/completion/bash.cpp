#include "cli/completion/script.h"
#include "cli/completion/values.h"

namespace sparekey::cli {
namespace {

// Readline breaks words at = and : where they are not quoted, and replaces the last piece only; for
// everything else the pieces are one word again. What the person typed is compared as text and
// never evaluated.
constexpr std::string_view kBashFunctions = R"bash(
_sparekey_split() {
    local rest=${COMP_LINE:0:COMP_POINT} one
    words=() before= piece=
    for one in "${COMP_WORDS[@]}"; do
        if [[ ${#words[@]} -eq 0 || $rest == [[:blank:]]* ]]; then
            rest=${rest#"${rest%%[![:blank:]]*}"}
            words+=('') before= piece=
        fi
        [[ $rest == "$one"* ]] || one=$rest
        before+=$piece piece=$one
        words[${#words[@]}-1]+=$one
        rest=${rest:${#one}}
        [[ -n $rest ]] || break
    done
    if [[ $rest == [[:blank:]]* ]]; then
        words+=('') before= piece=
    elif [[ $piece == [=:]* ]]; then
        before+=$piece piece=
    fi
}

_sparekey_titles() {
    local name=()
    [[ -n $vault ]] && name=(--vault "$vault")
    mapfile -t COMPREPLY < <(command sparekey complete-titles "${name[@]}" --shell bash \
        --before "${before#"$option="}" -- "$piece" 2>/dev/null </dev/null)
}

_sparekey() {
    local words before piece command= vault= option= valued options list= kind= at=0 i=1 plain= word
    COMPREPLY=()
    _sparekey_split
    _sparekey_options
    while ((i < ${#words[@]} - 1)); do
        word=${words[i]}
        ((i += 1))
        if [[ -n $plain || $word != -* ]]; then
            if [[ -z $command ]]; then
                command=$word
                _sparekey_options
            else
                ((at += 1))
            fi
        elif [[ $word == -- ]]; then
            plain=yes
        elif [[ $word == --vault=* ]]; then
            vault=${word#*=}
        elif [[ " $valued " == *" $word "* ]]; then
            if ((i == ${#words[@]} - 1)); then
                option=$word
            elif [[ $word == --vault ]]; then
                vault=${words[i]}
            fi
            ((i += 1))
        fi
    done
    word=${words[${#words[@]}-1]}
    [[ -z $plain && -z $option && $word == --*=* ]] && option=${word%%=*}
    if [[ -n $option ]]; then
        _sparekey_values "$option"
    elif [[ -z $plain && $word == -* ]]; then
        list=$options
    elif [[ -n $command ]]; then
        _sparekey_values "$at"
    fi
    [[ $kind == *titles* ]] && _sparekey_titles
    [[ -n $list ]] && COMPREPLY+=($(compgen -W "$list" -- "$piece"))
    [[ $kind == *files* ]] && compopt -o default
    return 0
}
complete -F _sparekey sparekey
)bash";

std::string pattern(const CommandSpec& command) {
    return std::string(command.name) +
           (command.alias.empty() ? "" : "|" + std::string(command.alias));
}

/// What `options`, `valued` and, without a command, `list` are.
std::string options_function() {
    const std::string globals = " " + option_names(global_options());
    const std::string valued = options_with_values(global_options());
    std::string names, cases;
    for (const CommandSpec& command : command_table()) {
        names += std::string(command.name) + " ";
        if (!command.alias.empty()) names += std::string(command.alias) + " ";
        cases +=
            "        " + pattern(command) +
            ")\n            options+=" + shell_quoted(" " + option_names(command.options)) +
            "\n            valued+=" + shell_quoted(" " + options_with_values(command.options)) +
            " ;;\n";
    }
    names.pop_back();
    return "_sparekey_options() {\n    options=" + shell_quoted(globals) +
           "\n    valued=" + shell_quoted(valued) + "\n    list=\n    case $command in\n" +
           "        '') list=" + shell_quoted(names) + " ;;\n" + cases + "    esac\n}\n";
}

std::string value_case(const std::string& where, const CompletedValues& values) {
    if (values.empty()) return {};
    std::string line = "        " + where + ")";
    if (!values.words.empty()) line += " list=" + shell_quoted(values.joined_words());
    if (values.titles) line += " kind+=titles";
    if (values.files) line += " kind+=files";
    return line + " ;;\n";
}

/// What `list` and `kind` are for an option's value, or for the argument of a number.
std::string values_function() {
    std::string cases;
    for (const CommandSpec& command : command_table()) {
        const std::string name(command.name);
        for (const OptionSpec& option : command.options) {
            cases += value_case("'" + name + " " + std::string(option.name) + "'",
                                completed_values(command, option.value));
        }
        for (std::size_t i = 0; i < command.arguments.size(); ++i) {
            const ArgumentSpec& argument = command.arguments[i];
            const std::string number = std::to_string(i);
            cases += value_case(argument.repeat ? "'" + name + " '[" + number + "-9]*"
                                                : "'" + name + " " + number + "'",
                                completed_values(command, argument.name));
        }
    }
    for (const OptionSpec& option : global_options()) {
        cases += value_case("*' " + std::string(option.name) + "'", completed_values(option.value));
    }
    std::string aliases;
    for (const CommandSpec& command : command_table()) {
        if (command.alias.empty()) continue;
        aliases += "    [[ $command == " + std::string(command.alias) +
                   " ]] && command=" + std::string(command.name) + "\n";
    }
    return "_sparekey_values() {\n    list=\n" + aliases + "    case \"$command $1\" in\n" + cases +
           "    esac\n}\n";
}

}  // namespace

std::string bash_completion() {
    return "# bash completion for sparekey\n" + options_function() + values_function() +
           std::string(kBashFunctions.substr(1));
}

}  // namespace sparekey::cli
