// The rows of the commands that need a network. `sparekey` carries what parses them and shows their
// help; `sparekey-online` does them (cli/online).
#include "cli/commands/commands.h"

namespace sparekey::cli {
namespace {

bool always(const Arguments&) {
    return true;
}

std::vector<OptionSpec> sign_in_options() {
    return {{"--browser", "", "sign in with this machine's browser"},
            {"--device-code", "", "show a code to type into a browser, on any machine"},
            {"--paste", "", "show an address; its last page shows a code to bring back"},
            {"--provider", "ID", "the login provider, by the id that the server has for it"},
            {"--no-open", "", "show the address, open no browser"}};
}

/// For other commands of ours: in no list.
CommandSpec internal(std::string_view name, std::string_view summary,
                     std::vector<ArgumentSpec> arguments = {}) {
    return {name, summary, std::move(arguments), {}, nullptr, "", "", always};
}

}  // namespace

CommandSpec commands::login() {
    std::vector<OptionSpec> options = sign_in_options();
    for (const OptionSpec& option : std::vector<OptionSpec>{
             {"--device-name", "NAME", "how this device is called; else the host's name"},
             {"--invite", "CODE", "the invitation, for a server that wants one"},
             {"--secret-key-file", "FILE", "the Secret Key is FILE's first line; - is stdin"},
             {"--recovery", "", "no login provider: by account id and recovery code"},
             {"--account", "ID", "the account, with --recovery: the vault id on the kit"}}) {
        options.push_back(option);
    }
    return {"login",
            "sign in at a server: make an account, join one, or come back to it",
            {{"URL", "the server, such as https://vault.example.org"}},
            std::move(options),
            nullptr,
            "",
            "A vault without an account makes one, if the login has none. Without a vault this "
            "device\njoins the account: by --secret-key-file and the master password, or once "
            "another device\nhas said `sparekey devices approve CODE`. With --recovery "
            "--account ID and --recovery-file\nno login provider is needed, and a new master "
            "password is set. At a server that does not know this device any more (it "
            "came back\nfrom a backup, or another device made the account anew) it joins again "
            "with all that is here.\nWithout --browser, --device-code or --paste: the browser if "
            "one can be opened, else a code.",
            always};
}

CommandSpec commands::logout() {
    return {"logout",
            "leave the account alone from now on; vault and membership stay",
            {},
            {},
            nullptr,
            "",
            "Nothing is sent or fetched any more until `sparekey login`. The device is still "
            "listed as\na member; `sparekey devices revoke ID` on any device removes it.",
            always};
}

CommandSpec commands::devices() {
    return {
        "devices",
        "the account's devices: list, let one in, remove one",
        {{"[list | approve CODE | revoke ID | exposed]", "list, if left out", false},
         {"[CODE | ID]", "what the device that waits shows, or an id of the list", false}},
        {{"--rotate", "", "revoke: replace every key that the device knew"},
         {"--kit", "FILE", "revoke --rotate: the new Emergency Kit as a page in a new file"}},
        nullptr,
        "",
        "approve hands the Secret Key to the device that shows CODE, sealed to it alone.\n"
        "revoke lets a device read and write nothing more; it does not change a key, so it is "
        "for a\ndevice that you hold and have wiped. For a lost one, --rotate asks for the "
        "master password,\nreplaces every key for the devices that stay, prints a new kit (the "
        "old one is dead) and lists\nwhat the device could read. Key files have to be added "
        "again. If it was broken off, `sparekey sync`\nbrings it to its end and tells the list; "
        "exposed tells it whenever it is asked.",
        always};
}

CommandSpec commands::sync() {
    return {"sync",
            "bring this vault and its account to the same state",
            {},
            {{"--watch", "", "again whenever something is new, until it is ended"},
             {"--reseed", "", "give a server that came back from a backup what it lost"}},
            nullptr,
            "",
            "Every edit works without the server; what is unsent goes with the next sync. One that "
            "would\ntake away more than 50 items and more than a fifth of all is held: --yes lets "
            "it. A server\nthat is not believed changes nothing here. If it was restored from an "
            "older backup,\n--reseed (confirmed, or with --yes) pushes what it lost; what was "
            "written there meanwhile is\nmerged.",
            always};
}

CommandSpec commands::account() {
    return {"account",
            "open the account's page: devices, logins, usage",
            {},
            {{"--no-open", "", "show the address, open no browser"}},
            nullptr,
            "",
            "The address opens the page once, within a minute.",
            always};
}

CommandSpec commands::link() {
    return {"link",
            "sign in with one more login, from now on, too",
            {{"URL", "the account's server"}},
            sign_in_options(),
            nullptr,
            "",
            "More than one login to an account is the spare key for each of them.",
            always};
}

CommandSpec commands::unlink() {
    return {"unlink",
            "let a login open the account no more",
            {{"ID", "as `sparekey status` shows it, such as github:17"}},
            {},
            nullptr,
            "",
            "The last one stays.",
            always};
}

CommandSpec commands::background_sync() {
    return internal("background-sync", "for the agent: syncs for as long as it has the vault open");
}

CommandSpec commands::standby() {
    return internal("standby", "for sync: does the next ones while the agent has the vault open");
}

CommandSpec commands::reach() {
    return internal("reach", "for doctor: how many seconds a server's clock is before this one",
                    {{"ORIGIN", "the server"}});
}

CommandSpec commands::breach_ranges() {
    return internal(
        "breach-ranges",
        "for health --online: what the range service answers to prefixes on standard input");
}

}  // namespace sparekey::cli
