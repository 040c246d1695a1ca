#include "cli/commands/commands.h"
#include "cli/session.h"
#include "storage/folder/backup.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_restore_vault(Session& session, const Arguments& arguments) {
    SPAREKEY_CHECK(storage::restore_backup(*arguments.positional(0), session.folder_paths()));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("vault", session.options().vault_name).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note("the vault \"" + session.options().vault_name +
                           "\" is restored; it opens with the password it had then");
    }
    return {};
}

}  // namespace

CommandSpec commands::restore_vault() {
    return {"restore-vault",
            "make a vault from a backup, under a name that does not exist",
            {{"FILE", "the backup"}},
            {},
            run_restore_vault};
}

}  // namespace sparekey::cli
