#include "cli/commands/commands.h"
#include "cli/completion/titles.h"
#include "cli/session.h"
#include "core/text/unicode.h"

#include <unistd.h>

#include <csignal>

namespace sparekey::cli {
namespace {

/// A person is waiting for a line of text: better none than late.
constexpr unsigned kPatience_s = 1;
/// More than anybody reads: typing on is quicker.
constexpr std::uint64_t kMostTitles = 500;

/// The names of an unlocked agent's items. Nothing is asked, started or waited for otherwise.
core::Result<std::vector<std::string>> ask_agent(Session& session, std::string_view typed) {
    SPAREKEY_TRY(auto connection, agent::Connection::open(agent::runtime_folder(),
                                                          session.greeting(agent::Wish::ask)));
    if (!connection || connection->state() != agent::VaultState::open) {
        return std::vector<std::string>();
    }
    agent::AgentAccess access(std::move(*connection), [](const std::string&) {});
    core::Filter filter;
    filter.limit = kMostTitles;
    if (core::is_utf8(typed)) filter.query = typed;
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access.find(filter));
    return query_names(rows);
}

core::Result<void> run_complete_titles(Session& session, const Arguments& arguments) {
    ::signal(SIGALRM, [](int) { ::_exit(0); });
    ::alarm(kPatience_s);
    const bool for_bash = arguments.value("--shell") == "bash";
    const std::string before = arguments.value("--before").value_or("");
    const std::string word = arguments.positional(0).value_or("");
    const std::string typed = for_bash ? without_quotes(before + word) : word;
    const auto names = ask_agent(session, typed);
    if (!names) return {};
    for (const std::string& name :
         for_bash ? bash_replacements(*names, before, word) : names_beginning(*names, typed)) {
        session.out().raw(name + "\n");
    }
    return {};
}

}  // namespace

CommandSpec commands::complete_titles() {
    return {"complete-titles",
            "for completion scripts: titles that begin like WORD, if the agent has the vault open",
            {{"[WORD]", "what was typed", false}},
            {{"--shell", "bash", "WORD is as typed, quotes and all, and so is what is printed"},
             {"--before", "TEXT", "what stands before WORD in the same word, as typed"}},
            run_complete_titles};
}

}  // namespace sparekey::cli
