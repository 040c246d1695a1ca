#include "cli/config.h"
#include "cli/manual/pages.h"
#include "cli/manual/roff.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sparekey::cli::manual {
namespace {

struct Words {
    std::string_view section;
    std::string_view name;
    std::string_view value;  // " = …", as in the file
    std::string_view text;
};

/// A key that has no effect yet says so.
constexpr std::array kWords = {
    Words{"agent", "timeout", " = \"15m\"",
          "the agent locks a vault that was not used for so long; \"0s\" is never."},
    Words{"agent", "autostart", " = false",
          "true: any command that opens a vault lets the agent hold it open."},
    Words{"agent", "require_locked_memory", " = false",
          "true: the agent refuses to hold a key in memory that may be swapped out."},
    Words{"prompt", "pinentry", " = \"\"",
          "the program of the pinentry family that asks for the master password, and before an SSH "
          "key\n"
          "with a field confirm is used; else the terminal asks."},
    Words{"clipboard", "timeout", " = \"30s\"", "when a copied secret is cleared."},
    Words{"clipboard", "command", " = \"\"", "what takes a copied secret on its standard input."},
    Words{"clipboard", "osc52", " = false", "true: the terminal may take a copied secret."},
    Words{"generate", "default", " = \"20\"",
          "what --generate alone means: LENGTH[,CLASSES], words:N or pin:N."},
    Words{"sync", "background", " = false",
          "true: while the agent has the vault open it is synced, as sync --watch does."},
    Words{"history", "keep", " = 100", "how many replaced values an item keeps."},
    Words{"health", "range_url", " = \"https://api.pwnedpasswords.com/range/\"",
          "the range service that health --online asks; plain http for this machine only."},
};

void check_complete() {
    const auto keys = config_keys();
    for (const ConfigKey& key : keys) {
        const bool has_words = std::any_of(kWords.begin(), kWords.end(), [&](const Words& words) {
            return words.section == key.section && words.name == key.name;
        });
        if (!has_words) {
            throw std::logic_error("add [" + std::string(key.section) + "] " +
                                   std::string(key.name) + " to cli/manual/config_page.cpp");
        }
    }
    if (keys.size() != kWords.size()) {
        throw std::logic_error("cli/manual/config_page.cpp has words for a key that is gone");
    }
}

}  // namespace

std::string config_page() {
    check_complete();
    Roff page("sparekey-config", 5, "what a person sets once for sparekey");
    page.section("DESCRIPTION")
        .paragraph(
            "$XDG_CONFIG_HOME/sparekey/config.toml, or ~/.config/sparekey/config.toml, is TOML.\n"
            "It may be missing, and so may every key in it. A key that is not listed here, or a\n"
            "value that a key does not take, is an error that names the line.\n"
            "The file holds no secret. Times are written as 30s, 15m or 2h.");
    std::string_view section;
    for (const Words& words : kWords) {
        if (words.section != section) page.section("[" + std::string(words.section) + "]");
        section = words.section;
        page.entry(words.name, words.value, words.text);
    }
    page.section("EXAMPLE").example(
        "[agent]\n"
        "timeout = \"1h\"\n"
        "\n"
        "[generate]\n"
        "default = \"words:6\"");
    page.section("SEE ALSO").reference("sparekey", 1, true);
    return page.text();
}

}  // namespace sparekey::cli::manual
