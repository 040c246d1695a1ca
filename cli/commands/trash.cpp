#include "cli/commands/commands.h"
#include "cli/commands/listing.h"

namespace sparekey::cli {
namespace {

core::Result<void> empty(Session& session, core::Vault& vault) {
    const std::size_t waiting = vault.store().count(core::Shelf::trash);
    if (waiting > 0) {
        SPAREKEY_CHECK(session.confirm("Destroy " + std::to_string(waiting) +
                                       " items with their history and attachments for good?"));
    }
    SPAREKEY_TRY(const std::size_t destroyed, vault.empty_trash());
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("destroyed", static_cast<std::int64_t>(destroyed)).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note(std::to_string(destroyed) + (destroyed == 1 ? " item" : " items") +
                           " destroyed");
    }
    return {};
}

core::Result<void> run(Session& session, const Arguments& arguments) {
    const std::string action = arguments.positional(0).value_or("list");
    if (action != "list" && action != "empty") {
        return core::unexpected(core::ErrorCode::usage, "trash does not know \"" + action + "\"",
                                "sparekey trash [empty]");
    }
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    if (action == "empty") return empty(session, *vault);
    core::Filter filter;
    filter.shelf = core::Shelf::trash;
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    SPAREKEY_CHECK(folder->store().check_index());
    print_rows(session, core::find(vault->store(), filter));
    return {};
}

}  // namespace

CommandSpec commands::trash() {
    return {"trash",
            "list the trash, or destroy what is in it",
            {{"[empty]", "destroy every item in the trash for good", false}},
            {},
            run};
}

}  // namespace sparekey::cli
