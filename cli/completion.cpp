#include "cli/completion.h"

#include "cli/command.h"
#include "cli/formats/import.h"

namespace sparekey::cli {
namespace {

/// The words that may follow a command as its first argument.
std::string first_words(const CommandSpec& command) {
    std::string words;
    if (command.name == "import") {
        for (const ImportFormat& format : import_formats()) words += std::string(format.name) + " ";
    } else if (command.name == "completion") {
        words = "bash zsh fish ";
    } else if (command.name == "slots") {
        words = "list add remove ";
    } else if (command.name == "git-credential") {
        words = "get store erase ";
    } else if (command.name == "docker-credential") {
        words = "get store erase list ";
    } else if (command.name == "trash") {
        words = "empty ";
    } else if (command.name == "conflicts") {
        words = "resolve ";
    } else if (command.name == "kit") {
        words = "drill ";
    }
    return words;
}

std::string option_words(const std::vector<OptionSpec>& options) {
    std::string words;
    for (const OptionSpec& option : options) words += std::string(option.name) + " ";
    return words;
}

/// The global options that take the next word, for a case of a shell.
std::string global_values() {
    std::string pattern;
    for (const OptionSpec& option : global_options()) {
        if (option.value.empty()) continue;
        pattern += (pattern.empty() ? "" : "|") + std::string(option.name);
    }
    return pattern;
}

/// A command's name, and its other one, for a case of a shell.
std::string case_of(const CommandSpec& command) {
    return std::string(command.name) +
           (command.alias.empty() ? "" : "|" + std::string(command.alias));
}

/// '…' for a shell.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

std::string bash() {
    std::string commands, cases;
    for (const CommandSpec& command : command_table()) {
        commands += std::string(command.name) + " ";
        if (!command.alias.empty()) commands += std::string(command.alias) + " ";
        cases += "        " + case_of(command) +
                 ") words=" + quoted(first_words(command) + option_words(command.options)) +
                 " ;;\n";
    }
    return "# bash completion for sparekey\n"
           "_sparekey() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local index=1 command= words=\n"
           "    case $previous in\n"
           "        --*-file|--kit|--output|--verify|-i|-o) COMPREPLY=($(compgen -f -- "
           "\"$current\")); "
           "return ;;\n"
           "    esac\n"
           // Readline makes three words of --vault=NAME.
           "    [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD-2]}\n"
           "    case $previous in --vault) return ;; esac\n"
           "    while ((index < COMP_CWORD)); do\n"
           "        case ${COMP_WORDS[index]} in\n"
           "            " +
           global_values() +
           ")\n"
           "                [[ ${COMP_WORDS[index+1]} == = ]] && ((index += 1))\n"
           "                ((index += 2)) ;;\n"
           "            -*) ((index += 1)) ;;\n"
           "            *) command=${COMP_WORDS[index]}; break ;;\n"
           "        esac\n"
           "    done\n"
           "    case $command in\n"
           "        '') words=" +
           quoted(commands) + " ;;\n" + cases +
           "    esac\n"
           "    COMPREPLY=($(compgen -W \"$words " +
           option_words(global_options()) +
           "\" -- \"$current\"))\n"
           "    case $current in -*) ;; *) [[ -n $command ]] && COMPREPLY+=($(compgen -f -- "
           "\"$current\")) ;; esac\n"
           "}\n"
           "complete -o filenames -F _sparekey sparekey\n";
}

std::string zsh_description(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ':' || c == '[' || c == ']') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh_options(const std::vector<OptionSpec>& options) {
    std::string specs;
    for (const OptionSpec& option : options) {
        std::string spec = (option.repeat ? "*" : "") + std::string(option.name);
        if (!option.value.empty()) spec += option.optional_value ? "=-" : "=";
        spec += "[" + zsh_description(option.help) + "]";
        const bool file = option.value == "FILE";
        if (!option.value.empty()) {
            spec += std::string(option.optional_value ? "::" : ":") + std::string(option.value) +
                    ":" + (file ? "_files" : "");
        }
        specs += " \\\n            " + quoted(spec);
    }
    return specs;
}

std::string zsh() {
    std::string commands, cases;
    for (const CommandSpec& command : command_table()) {
        commands += "        " +
                    quoted(std::string(command.name) + ":" + zsh_description(command.summary)) +
                    "\n";
        cases += "        " + case_of(command) + ") _arguments $globals" +
                 zsh_options(command.options) + " \\\n            " +
                 (first_words(command).empty() ? quoted("*: :_files")
                                               : quoted("*: :(" + first_words(command) + ")")) +
                 " ;;\n";
    }
    return "#compdef sparekey\n"
           "_sparekey() {\n"
           "    local -a commands globals\n"
           "    local index=2\n"
           "    globals=(" +
           zsh_options(global_options()) +
           ")\n"
           "    commands=(\n" +
           commands +
           "    )\n"
           "    while (( index < CURRENT )); do\n"
           "        case $words[index] in\n"
           "            " +
           global_values() +
           ") (( index += 2 )) ;;\n"
           "            -*) (( index += 1 )) ;;\n"
           "            *) break ;;\n"
           "        esac\n"
           "    done\n"
           "    if (( index >= CURRENT )); then\n"
           "        if (( index > CURRENT )) || [[ $words[CURRENT] == -* ]]; then\n"
           "            _arguments $globals\n"
           "        else\n"
           "            _describe 'command' commands\n"
           "        fi\n"
           "        return\n"
           "    fi\n"
           "    local command=$words[index]\n"
           "    shift $(( index - 1 )) words\n"
           "    (( CURRENT -= index - 1 ))\n"
           "    case $command in\n" +
           cases +
           "    esac\n"
           "}\n"
           "_sparekey \"$@\"\n";
}

void append_fish_options(std::string& script, const std::vector<OptionSpec>& options,
                         const std::string& condition) {
    for (const OptionSpec& option : options) {
        script += "complete -c sparekey" + condition + " -l " + std::string(option.name.substr(2)) +
                  (option.value.empty() || option.optional_value ? ""
                   : option.value == "FILE"                      ? " -r -F"
                                                                 : " -x") +
                  " -d " + quoted(option.help) + "\n";
    }
}

std::string fish() {
    std::string script = "# fish completion for sparekey\n";
    std::string names;
    for (const CommandSpec& command : command_table()) names += " " + std::string(command.name);
    // __fish_use_subcommand would take the value of a global option for the command.
    const std::string before = " -n 'not __fish_seen_subcommand_from" + names + "'";
    for (const CommandSpec& command : command_table()) {
        script += "complete -c sparekey" + before + " -f -a " + std::string(command.name) + " -d " +
                  quoted(command.summary) + "\n";
        const std::string condition =
            " -n '__fish_seen_subcommand_from " + std::string(command.name) + "'";
        if (!first_words(command).empty()) {
            script +=
                "complete -c sparekey" + condition + " -a " + quoted(first_words(command)) + "\n";
        }
        append_fish_options(script, command.options, condition);
    }
    append_fish_options(script, global_options(), "");
    return script;
}

}  // namespace

core::Result<std::string> completion_script(std::string_view shell) {
    if (shell == "bash") return bash();
    if (shell == "zsh") return zsh();
    if (shell == "fish") return fish();
    return core::unexpected(core::ErrorCode::usage,
                            "there is no completion for \"" + std::string(shell) + "\"",
                            "bash, zsh or fish");
}

}  // namespace sparekey::cli
