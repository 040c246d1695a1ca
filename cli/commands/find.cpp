#include "cli/commands/commands.h"
#include "cli/commands/listing.h"

namespace sparekey::cli {
namespace {

core::Result<void> run_find(Session& session, const Arguments& arguments) {
    core::Filter filter;
    filter.query = arguments.positional(0).value_or("");
    filter.tag = arguments.value("--tag").value_or("");
    filter.type = arguments.value("--type").value_or("");
    filter.url = arguments.value("--url").value_or("");
    if (!filter.type.empty() && !core::parse_type(filter.type)) {
        return core::unexpected(core::ErrorCode::usage, "there is no type \"" + filter.type + "\"");
    }
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    SPAREKEY_TRY(const std::vector<core::IndexRow> rows, access->find(filter));
    print_rows(session, rows);
    return {};
}

}  // namespace

CommandSpec commands::find() {
    return {"find",
            "list items that match, best first; all without a query",
            {{"[QUERY]", "part of a title, user name, host or tag; misspelt is fine", false}},
            {{"--tag", "TAG", "only items with this tag"},
             {"--type", "TYPE", "only items of this type"},
             {"--url", "TEXT", "only items with a URL that contains this"}},
            run_find,
            "ls"};
}

}  // namespace sparekey::cli
