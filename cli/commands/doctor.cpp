#include "cli/access/examination.h"
#include "cli/commands/commands.h"
#include "cli/formats/time_text.h"
#include "cli/session.h"

#include <sys/stat.h>

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

/// Says what is older and goes on from there if that is confirmed.
core::Result<void> accept_restored(Session& session) {
    bool older_one = false;
    session.open_options().on_older = [&](const core::Error& older, storage::VaultStore& store) {
        older_one = true;
        const std::uint64_t latest = latest_change(store);
        session.out().warn(older.message);
        session.out().warn("it holds " + std::to_string(store.count(core::Shelf::live)) + " items" +
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

core::Result<void> run(Session& session, const Arguments& arguments) {
    if (arguments.has("--accept-restored")) SPAREKEY_CHECK(accept_restored(session));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    std::vector<Check> checks = {check_permissions(session.folder_paths()), check_core_dumps()};
    SPAREKEY_TRY(std::vector<Check> examined, access->examine());
    std::move(examined.begin(), examined.end(), std::back_inserter(checks));
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
            run};
}

}  // namespace sparekey::cli
