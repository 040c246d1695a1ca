#include "cli/commands/commands.h"
#include "cli/commands/items.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_detach(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    const std::string name = *arguments.positional(1);
    SPAREKEY_TRY(const core::Item item, access->detach(id, name));
    report_item(session, item,
                in_quotes(name) + " is detached; sparekey history --revert attachment@1 undoes it");
    return {};
}

}  // namespace

CommandSpec commands::detach() {
    return {"detach",
            "take an attached file off an item; it stays in the history",
            {{"QUERY", "the item"}, {"NAME", "the attached file's name"}},
            {},
            run_detach};
}

}  // namespace sparekey::cli
