#include "cli/commands/commands.h"
#include "cli/commands/listing.h"
#include "cli/counted.h"

namespace sparekey::cli {
namespace {

core::Result<void> empty(Session& session, VaultAccess& access) {
    SPAREKEY_TRY(const VaultCounts counts, access.counts());
    const std::uint64_t waiting = counts.trashed;
    if (waiting > 0) {
        SPAREKEY_CHECK(session.confirm(
            "Destroy " + counted(waiting, "item with its history", "items with their history") +
            " and attachments for good?"));
    }
    SPAREKEY_TRY(const std::uint64_t destroyed, access.empty_trash());
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("destroyed", static_cast<std::int64_t>(destroyed)).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note(counted(destroyed, "item") + " destroyed");
    }
    return {};
}

core::Result<void> run_trash(Session& session, const Arguments& arguments) {
    const std::string action = arguments.positional(0).value_or("list");
    if (action != "list" && action != "empty") {
        return core::unexpected(core::ErrorCode::usage, "trash does not know \"" + action + "\"",
                                "sparekey trash [empty]");
    }
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    if (action == "empty") return empty(session, *access);
    core::Filter filter;
    filter.shelf = core::Shelf::trash;
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access->find(filter));
    print_rows(session, rows);
    return {};
}

}  // namespace

CommandSpec commands::trash() {
    return {"trash",
            "list the trash, or destroy what is in it",
            {{"[empty]", "destroy every item in the trash for good", false}},
            {},
            run_trash};
}

}  // namespace sparekey::cli
