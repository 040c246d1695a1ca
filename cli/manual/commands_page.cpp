#include "cli/help.h"
#include "cli/manual/pages.h"
#include "cli/manual/roff.h"

namespace sparekey::cli::manual {
namespace {

void write_option(Roff& page, const OptionSpec& option) {
    const std::string title = option_title(option);
    const std::size_t name = option.name.size();
    page.entry(title.substr(0, name), title.substr(name) + (option.repeat ? " …" : ""),
               option.help);
}

void write_command(Roff& page, const CommandSpec& command) {
    constexpr std::string_view kIntroduction = "usage: sparekey ";
    page.subsection(usage_line(command).substr(kIntroduction.size()));
    std::string text = std::string(command.summary) + ".";
    if (!command.alias.empty()) text += "\nAlso: sparekey " + std::string(command.alias) + ".";
    page.paragraph(text);
    if (!command.details.empty()) page.paragraph(command.details);
    for (const ArgumentSpec& argument : command.arguments) {
        page.entry("", argument.name, argument.help);
    }
    for (const OptionSpec& option : command.options) write_option(page, option);
}

void write_exit_codes(Roff& page) {
    page.section("EXIT STATUS");
    page.entry("0", "", "done.");
    page.entry("1", "", "another failure.");
    page.entry("2", "", "the command line, a document or a file is not what was asked for.");
    page.entry("3", "", "not found.");
    page.entry("4", "", "several items match; they are listed.");
    page.entry("5", "", "locked, or a wrong password, code or key file.");
    page.entry("6", "", "something is in the way: a file that exists, a check that failed.");
    page.entry("7", "", "a server cannot be reached; local work is kept.");
    page.entry("8", "", "integrity: damaged, put back, or not ours. Nothing is changed.");
    page.entry("130", "", "interrupted.");
}

void write_environment(Roff& page) {
    page.section("ENVIRONMENT");
    page.entry("SPAREKEY_VAULT", "", "the vault's name, where --vault is not given.");
    page.entry("SPAREKEY_PASSWORD_FILE", "", "a file whose first line is the master password.");
    page.entry("SPAREKEY_PASSWORD_COMMAND", "",
               "a command for sh whose first line of output is the master password.");
    page.entry("XDG_DATA_HOME", "", "where vaults lie; else ~/.local/share.");
    page.entry("XDG_CONFIG_HOME", "", "where config.toml lies; else ~/.config.");
    page.entry("XDG_STATE_HOME", "", "where the last known state lies; else ~/.local/state.");
    page.entry("XDG_RUNTIME_DIR", "", "where the agent's socket lies; else /tmp/sparekey-UID.");
    page.entry("VISUAL", "", "the editor of edit --editor, before EDITOR.");
    page.entry("EDITOR", "", "the editor of edit --editor; else vi.");
    page.entry("NO_COLOR", "", "no colour, whatever the terminal.");
}

void write_files(Roff& page) {
    page.section("FILES");
    page.entry("$XDG_DATA_HOME/sparekey/", "NAME/", "a vault: vault.db, keyslots, lock.");
    page.entry("$XDG_STATE_HOME/sparekey/", "NAME/head",
               "the vault's last known state: an older vault is noticed by it.");
    page.entry("$XDG_CONFIG_HOME/sparekey/config.toml", "", "see sparekey-config(5).");
    page.entry("$XDG_RUNTIME_DIR/sparekey/agent.sock", "", "where commands meet the agent.");
}

}  // namespace

std::string commands_page() {
    Roff page("sparekey", 1, "a credential vault that works offline");
    page.section("SYNOPSIS").paragraph("sparekey COMMAND [ARGUMENTS] [OPTIONS]");
    page.section("DESCRIPTION")
        .paragraph(
            "Keeps logins, one-time code seeds, notes, keys and files in one encrypted folder.\n"
            "Nothing that is replaced is lost: history and trash keep it.\n"
            "\n"
            "Without a command, on a terminal, it is the finder: type to filter; Enter copies the "
            "password,\n"
            "Ctrl-L the user name, Ctrl-T shows and copies the one-time code; Tab shows the item; "
            "Esc "
            "leaves.\n"
            "\n"
            "A QUERY names one item: by its id, its title, title/username, or a part of its "
            "title,\n"
            "user name, address or tag. Where several fit best, they are listed.\n"
            "\n"
            "Secrets enter by prompt, by --stdin, or are generated, never as an argument. On a\n"
            "terminal their values are concealed unless asked for. Data goes to standard output,\n"
            "everything else to standard error.");
    page.section("EXAMPLES")
        .example(
            "sparekey init --kit kit.html\n"
            "sparekey add Mail --username me --url https://mail.example --generate\n"
            "sparekey get mail password\n"
            "sparekey find --tag work --json\n"
            "sparekey unlock --timeout 2h");
    page.section("OPTIONS OF EVERY COMMAND").paragraph("Before the command's name or after it.");
    for (const OptionSpec& option : global_options()) write_option(page, option);
    page.section("COMMANDS");
    for (const CommandSpec& command : command_table()) write_command(page, command);
    write_exit_codes(page);
    write_environment(page);
    write_files(page);
    page.section("SEE ALSO").reference("sparekey-config", 5, false);
    page.reference("sparekey-formats", 5, true);
    return page.text();
}

}  // namespace sparekey::cli::manual
