#include "cli/commands/commands.h"
#include "cli/commands/items.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_restore(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id,
                 find_item(session, *arguments.positional(0), core::Shelf::trash));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const core::Item item, access->restore(id));
    report_item(session, item, in_quotes(item.title) + " is back");
    return {};
}

}  // namespace

CommandSpec commands::restore() {
    return {"restore", "take an item out of the trash", {{"QUERY", "the item"}}, {}, run_restore};
}

}  // namespace sparekey::cli
