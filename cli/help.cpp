#include "cli/help.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

void append_rows(std::string& text,
                 const std::vector<std::pair<std::string, std::string_view>>& rows) {
    std::size_t width = 0;
    for (const auto& [title, help] : rows)
        width = std::max(width, std::min<std::size_t>(title.size(), 26));
    for (const auto& [title, help] : rows) {
        text += "  " + title;
        if (title.size() > width) text += "\n" + std::string(width + 2, ' ');
        text += std::string(title.size() > width ? 2 : width - title.size() + 2, ' ');
        text += std::string(help) + "\n";
    }
}

void append_options(std::string& text, const std::vector<OptionSpec>& options) {
    std::vector<std::pair<std::string, std::string_view>> rows;
    for (const OptionSpec& option : options) {
        rows.emplace_back(option_title(option) + (option.repeat ? " …" : ""), option.help);
    }
    append_rows(text, rows);
}

}  // namespace

std::string option_title(const OptionSpec& option) {
    std::string title(option.name);
    if (option.value.empty()) return title;
    return title + (option.optional_value ? "[=" + std::string(option.value) + "]"
                                          : " " + std::string(option.value));
}

std::string usage_line(const CommandSpec& command) {
    std::string line = "usage: sparekey " + std::string(command.name);
    for (const ArgumentSpec& argument : command.arguments) {
        line += " " + std::string(argument.name) + (argument.repeat ? "…" : "");
    }
    return command.options.empty() ? line : line + " [OPTIONS]";
}

std::string command_help(const CommandSpec& command) {
    std::string text = usage_line(command) + "\n\n" + std::string(command.summary) + ".\n";
    if (!command.alias.empty()) text += "Also: sparekey " + std::string(command.alias) + "\n";
    if (!command.details.empty()) text += "\n" + std::string(command.details) + "\n";
    if (!command.arguments.empty()) {
        text += "\nArguments:\n";
        std::vector<std::pair<std::string, std::string_view>> rows;
        for (const ArgumentSpec& argument : command.arguments) {
            rows.emplace_back(std::string(argument.name), argument.help);
        }
        append_rows(text, rows);
    }
    if (!command.options.empty()) {
        text += "\nOptions:\n";
        append_options(text, command.options);
    }
    text += "\nGlobal options:\n";
    append_options(text, global_options());
    return text;
}

std::string general_help() {
    std::string text =
        "usage: sparekey COMMAND [ARGUMENTS] [OPTIONS]\n\n"
        "A credential vault that works offline. Without a command, on a terminal: the finder.\n"
        "Type to filter; Enter copies the password, Ctrl-L the user name, Ctrl-T the one-time\n"
        "code; Tab shows the item; Esc leaves.\n\nCommands:\n";
    std::vector<std::pair<std::string, std::string_view>> rows;
    for (const CommandSpec& command : command_table()) {
        rows.emplace_back(std::string(command.name), command.summary);
    }
    append_rows(text, rows);
    text += "\nGlobal options, before or after the command:\n";
    append_options(text, global_options());
    text +=
        "\nExit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 ambiguous, 5 locked or wrong\n"
        "credentials, 6 conflict, 7 offline, 8 integrity, 130 interrupted.\n"
        "sparekey COMMAND --help says more.\n";
    return text;
}

}  // namespace sparekey::cli
