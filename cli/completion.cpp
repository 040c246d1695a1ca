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
        std::string pattern(command.name);
        if (!command.alias.empty()) {
            commands += std::string(command.alias) + " ";
            pattern += "|" + std::string(command.alias);
        }
        cases += "        " + pattern +
                 ") words=" + quoted(first_words(command) + option_words(command.options)) +
                 " ;;\n";
    }
    return "# bash completion for sparekey\n"
           "_sparekey() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    local word command= words=\n"
           "    case $previous in\n"
           "        --*-file|--kit|--output|--verify|-i|-o) COMPREPLY=($(compgen -f -- "
           "\"$current\")); "
           "return ;;\n"
           "    esac\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
           "        case $word in -*) ;; *) command=$word; break ;; esac\n"
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
        cases += "        " + std::string(command.name) + ") _arguments" +
                 zsh_options(command.options) + " \\\n            " +
                 (first_words(command).empty() ? quoted("*: :_files")
                                               : quoted("*: :(" + first_words(command) + ")")) +
                 " ;;\n";
    }
    return "#compdef sparekey\n"
           "_sparekey() {\n"
           "    local -a commands\n"
           "    commands=(\n" +
           commands +
           "    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe 'command' commands\n"
           "        return\n"
           "    fi\n"
           "    local command=$words[2]\n"
           "    shift words\n"
           "    (( CURRENT-- ))\n"
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
    for (const CommandSpec& command : command_table()) {
        script += "complete -c sparekey -n __fish_use_subcommand -f -a " +
                  std::string(command.name) + " -d " + quoted(command.summary) + "\n";
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
