#include "cli/commands/commands.h"
#include "cli/commands/items.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_rm(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const core::Item item, access->put_in_trash(id));
    report_item(session, item,
                in_quotes(item.title) + " is in the trash; sparekey restore brings it back");
    return {};
}

}  // namespace

CommandSpec commands::rm() {
    return {"rm", "put an item in the trash", {{"QUERY", "the item"}}, {}, run_rm};
}

}  // namespace sparekey::cli
