#include "cli/commands/commands.h"
#include "cli/commands/items.h"

namespace sparekey::cli {
namespace {

core::Result<void> run(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    SPAREKEY_TRY(const core::Item present, vault->item(id));
    if (present.deleted) {
        return core::unexpected(core::ErrorCode::not_found,
                                quoted(present.title) + " is in the trash already",
                                "sparekey trash empty destroys it");
    }
    SPAREKEY_TRY(const core::Item item, vault->put_in_trash(id));
    report_item(session, item,
                quoted(item.title) + " is in the trash; sparekey restore brings it back");
    return {};
}

}  // namespace

CommandSpec commands::rm() {
    return {"rm", "put an item in the trash", {{"QUERY", "the item"}}, {}, run};
}

}  // namespace sparekey::cli
