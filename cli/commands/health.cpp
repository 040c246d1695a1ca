#include "cli/breaches/breach_ranges.h"
#include "cli/commands/commands.h"
#include "cli/commands/items.h"
#include "cli/counted.h"
#include "cli/terminal/progress.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>

namespace sparekey::cli {
namespace {

constexpr std::array kAll = {core::Problem::reused,
                             core::Problem::weak,
                             core::Problem::old,
                             core::Problem::breached,
                             core::Problem::no_second_factor,
                             core::Problem::expiring};

void mark_breached(std::vector<ItemHealth>& items, const std::vector<core::RecordId>& breached) {
    for (ItemHealth& item : items) {
        if (std::find(breached.begin(), breached.end(), item.id) != breached.end()) {
            item.problems.add(core::Problem::breached);
        }
    }
}

/// Items that are looked for in a file before the bar moves on.
constexpr std::size_t kLookedForAtOnce = 256;

bool wants_bar(Session& session) {
    return !session.out().json() && !session.options().quiet;
}

core::Result<std::vector<ItemHealth>> survey(Session& session, VaultAccess& access,
                                             BreachPrefixes prefixes) {
    Progress bar("rating the passwords", wants_bar(session));
    return access.health(prefixes,
                         [&bar](std::size_t done, std::size_t total) { bar.show(done, total); });
}

core::Result<void> look_into_file(Session& session, VaultAccess& access, const std::string& path,
                                  std::vector<ItemHealth>& items) {
    const storage::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.is_open()) {
        return core::unexpected(
            errno == ENOENT ? core::ErrorCode::not_found : core::ErrorCode::failed,
            "cannot read " + path + ": " + std::strerror(errno));
    }
    Progress bar("looking for them in the list", wants_bar(session));
    std::vector<core::RecordId> breached;
    // Once at least: the list is looked at even if there is nothing to be looked for.
    for (std::size_t at = 0; at == 0 || at < items.size(); at += kLookedForAtOnce) {
        bar.show(at, items.size());
        std::vector<core::RecordId> ids;
        const std::size_t end = std::min(at + kLookedForAtOnce, items.size());
        for (std::size_t i = at; i < end; ++i) ids.push_back(items[i].id);
        SPAREKEY_TRY(const auto found, access.breached_in(file.descriptor(), ids));
        breached.insert(breached.end(), found.begin(), found.end());
    }
    mark_breached(items, breached);
    return {};
}

/// Each prefix is asked once; the vault says whose rest of the hash is in the answer.
core::Result<void> look_online(VaultAccess& access, std::vector<ItemHealth>& items) {
    std::map<std::uint32_t, std::vector<core::RecordId>> asked;
    for (const ItemHealth& item : items) {
        if (item.prefix) asked[*item.prefix].push_back(item.id);
    }
    std::vector<std::uint32_t> prefixes;
    for (const auto& [prefix, ids] : asked) prefixes.push_back(prefix);
    return fetch_ranges(
        prefixes, [&](std::uint32_t prefix, std::string_view range) -> core::Result<void> {
            SPAREKEY_TRY(const auto breached, access.breached(asked[prefix], range));
            mark_breached(items, breached);
            return {};
        });
}

std::size_t count_of(const std::vector<ItemHealth>& items, core::Problem problem) {
    return static_cast<std::size_t>(
        std::count_if(items.begin(), items.end(),
                      [&](const ItemHealth& item) { return item.problems.has(problem); }));
}

void print_json(Session& session, const std::vector<ItemHealth>& items) {
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const ItemHealth& item : items) {
        json.begin_object().field("id", item.id.text()).field("title", item.title);
        json.key("problems").begin_array();
        for (const core::Problem problem : kAll) {
            if (item.problems.has(problem)) json.text(core::problem_name(problem));
        }
        json.end_array().end_object();
    }
    json.end_array().key("counts").begin_object();
    for (const core::Problem problem : kAll) {
        json.field(core::problem_name(problem),
                   static_cast<std::int64_t>(count_of(items, problem)));
    }
    json.end_object().end_object();
    session.out().raw(json.expose());
    session.out().raw("\n");
}

std::string words(core::Problem problem) {
    return problem == core::Problem::no_second_factor ? "no second factor"
                                                      : std::string(core::problem_name(problem));
}

void print_table(Session& session, const std::vector<ItemHealth>& items) {
    std::vector<std::vector<std::string>> rows;
    for (const ItemHealth& item : items) {
        std::string problems;
        for (const core::Problem problem : kAll) {
            if (!item.problems.has(problem)) continue;
            problems += (problems.empty() ? "" : ", ") + words(problem);
        }
        rows.push_back({item.title, problems});
    }
    if (!rows.empty()) session.out().table({"TITLE", "PROBLEMS"}, rows);
}

void summarize(Session& session, const std::vector<ItemHealth>& items, std::size_t examined,
               bool breaches) {
    std::string counts;
    for (const core::Problem problem : kAll) {
        const std::size_t count = count_of(items, problem);
        if (count > 0) counts += ", " + std::to_string(count) + " " + words(problem);
    }
    session.out().note(counted(examined, "item") +
                       (counts.empty() ? ", none with a problem" : counts));
    if (!breaches) {
        session.out().note("breaches were not looked for: --breaches FILE, or --online");
    }
}

core::Result<void> run_health(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(VaultAccess * access, session.access());
    const bool online = arguments.has("--online");
    SPAREKEY_TRY(
        std::vector<ItemHealth> items,
        survey(session, *access, online ? BreachPrefixes::wanted : BreachPrefixes::not_wanted));
    const auto file = arguments.value("--breaches");
    if (file) SPAREKEY_CHECK(look_into_file(session, *access, *file, items));
    if (online) SPAREKEY_CHECK(look_online(*access, items));
    const std::size_t examined = items.size();
    std::erase_if(items, [](const ItemHealth& item) { return !item.problems.any(); });
    if (session.out().json()) {
        print_json(session, items);
    } else {
        print_table(session, items);
        summarize(session, items, examined, file.has_value() || online);
    }
    if (arguments.has("--check") && !items.empty()) {
        return core::unexpected(core::ErrorCode::conflict,
                                counted(items.size(), "item has a problem", "items have problems"));
    }
    return {};
}

}  // namespace

CommandSpec commands::health() {
    return {
        "health",
        "passwords that are reused, weak, old or breached; what lacks a second factor or expires",
        {},
        {{"--breaches", "FILE",
          "look into this copy of Have I Been Pwned's list: sorted SHA-1 hashes, of any size"},
         {"--online", "", "ask Have I Been Pwned, which sees five digits of each hash"},
         {"--check", "", "exit 6 while there is a problem"}},
        run_health,
        "",
        "old: not changed for three years. expiring: a field expires, expiry, expiration, expiry "
        "date or\nexpires on (2027-01-31, 2027-01, 01/2027 or 01/27) is past, or within 30 days. "
        "No secret is shown.\n--online asks the service that [health] range_url in config.toml "
        "names, with padding."};
}

}  // namespace sparekey::cli
