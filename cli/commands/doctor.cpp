#include "cli/access/examination.h"
#include "cli/commands/commands.h"
#include "cli/commands/server_check.h"
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "cli/session.h"
#include "cli/terminal/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iterator>

namespace sparekey::cli {
namespace {

Check check_permissions(const storage::FolderPaths& paths) {
    for (const char* file : {"", "/vault.db", "/keyslots"}) {
        struct stat status {};
        const std::string path = paths.vault + file;
        if (::lstat(path.c_str(), &status) != 0) continue;
        if ((status.st_mode & 077) != 0) {
            return {"permissions", false, path + " is open to others", "chmod go= " + path};
        }
    }
    return {"permissions", true, "only you can read the vault's files"};
}

/// Its folder, which a container's image may have too, and the bus that it would speak on; of
/// another bus than the machine's nothing is known.
bool has_logind() {
    return std::getenv("DBUS_SYSTEM_BUS_ADDRESS") == nullptr &&
           ::access("/run/systemd/seats", F_OK) == 0 &&
           ::access("/run/dbus/system_bus_socket", F_OK) == 0;
}

/// A machine without logind has nobody to announce anything: that is said, and is no fault.
core::Result<Check> check_session_watch(Session& session) {
    const std::string name = "suspend and screen lock";
    if (session.options().no_agent) return Check{name, true, "no agent is asked"};
    SPAREKEY_TRY(const auto agent, agent::Connection::open(agent::runtime_folder(),
                                                           session.greeting(agent::Wish::ask)));
    if (!agent) return Check{name, true, "no agent runs that would hold a vault open"};
    if (agent->hears_logind()) return Check{name, true, "the agent locks when logind says so"};
    const bool should_hear = has_logind();
    return Check{name, !should_hear, "the agent does not hear of them from logind",
                 should_hear ? "sparekey agent --stop, then sparekey unlock; if that is not "
                               "enough, see whether sparekey-logind is installed"
                             : "without logind: sparekey lock before this machine sleeps"};
}

/// Says what is older and goes on from there if that is confirmed.
core::Result<void> accept_restored(Session& session) {
    bool older_one = false;
    session.open_options().on_older = [&](const core::Error& older, storage::VaultStore& store) {
        older_one = true;
        const std::uint64_t latest = latest_change(store);
        session.out().warn(older.message);
        session.out().warn("it holds " + counted(store.count(core::Shelf::live), "item") +
                           (latest > 0 ? ", last changed " + format_time(latest) : "") +
                           "; what was changed after that is not in it");
        return session.confirm("Go on from this older vault?");
    };
    // Without this it would be asked for in vain.
    SPAREKEY_TRY(const Person person, session.person());
    if (!session.options().yes && !person.present()) {
        return session.confirm("Go on from an older vault?");
    }
    SPAREKEY_CHECK(session.folder());
    if (!older_one) session.out().note("the vault is not older than it was: nothing to accept");
    return {};
}

void print(Session& session, const std::vector<Check>& checks) {
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().key("checks").begin_array();
        for (const Check& check : checks) {
            json.begin_object()
                .field("name", check.name)
                .field_bool("ok", check.ok)
                .field("detail", check.detail)
                .field("mend", check.mend)
                .end_object();
        }
        json.end_array().end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return;
    }
    for (const Check& check : checks) {
        session.out().line((check.ok ? "ok    " : "MEND  ") + check.name + ": " + check.detail);
        if (!check.mend.empty()) session.out().line("      " + check.mend);
    }
}

core::Result<std::vector<Check>> examine(Session& session) {
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    Progress bar("looking the vault over", !session.out().json() && !session.options().quiet);
    return access->examine([&bar](std::size_t done, std::size_t total) { bar.show(done, total); });
}

/// A damaged vault's error, with a hint that is not this command.
core::Error with_mend(core::Error damage) {
    if (damage.hint.starts_with("run sparekey doctor")) {
        damage.hint = "sparekey --vault NAME restore-vault FILE unpacks a backup beside it";
    }
    return damage;
}

core::Result<void> run_doctor(Session& session, const Arguments& arguments) {
    if (arguments.has("--accept-restored")) SPAREKEY_CHECK(accept_restored(session));
    auto examined = examine(session);
    std::vector<Check> checks = {check_permissions(session.folder_paths()), check_core_dumps()};
    if (examined) {
        std::move(examined->begin(), examined->end(), std::back_inserter(checks));
    } else if (examined.error().code != core::ErrorCode::integrity) {
        return core::unexpected(std::move(examined).error());
    }
    SPAREKEY_TRY(Check watch, check_session_watch(session));
    checks.push_back(std::move(watch));
    if (!examined) {
        // What can be said without the database is said all the same.
        core::Error damage = with_mend(std::move(examined).error());
        checks.push_back(check_memory());
        checks.push_back({"database", false, damage.message, damage.hint});
        print(session, checks);
        return core::unexpected(std::move(damage));
    }
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const auto membership, access->replica().membership());
    for (Check& check : check_server(membership)) checks.push_back(std::move(check));
    print(session, checks);
    for (const Check& check : checks) {
        if (!check.ok) {
            return core::unexpected(core::ErrorCode::conflict, check.name + ": " + check.detail,
                                    check.mend);
        }
    }
    return {};
}

}  // namespace

CommandSpec commands::doctor() {
    return {"doctor",
            "look the vault and this machine over, and say how to mend what is not right",
            {},
            {{"--accept-restored", "",
              "after exit 8 for an older vault: say what is older, then go on from there"}},
            run_doctor};
}

}  // namespace sparekey::cli
