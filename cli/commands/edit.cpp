#include "cli/commands/commands.h"
#include "cli/commands/editor.h"
#include "cli/commands/items.h"
#include "cli/commands/patch_options.h"

namespace sparekey::cli {
namespace {

std::vector<OptionSpec> edit_options() {
    std::vector<OptionSpec> options = patch_options();
    options.insert(options.begin(), {"--title", "TEXT", "a new title"});
    options.push_back({"--no-url", "URL", "remove an address", true});
    options.push_back({"--untag", "TAG", "remove a tag", true});
    options.push_back({"--editor", "", "edit the item as JSON in $VISUAL or $EDITOR"});
    return options;
}

core::Result<core::ItemPatch> wanted_change(Session& session, const Arguments& arguments,
                                            const core::Item& current) {
    if (arguments.has("--editor")) {
        if (arguments.has("--stdin")) {
            return core::unexpected(core::ErrorCode::usage,
                                    "--editor and --stdin exclude each other");
        }
        // Nobody waits for the vault while a person types.
        session.close_vault();
        return patch_from_editor(session, current);
    }
    return patch_from_options(session, arguments, current);
}

/// Without an option there is nothing to do, which nobody means.
core::Result<void> check_change_is_named(const Arguments& arguments) {
    std::string names;
    for (const OptionSpec& option : edit_options()) {
        if (arguments.has(option.name)) return {};
        names += (names.empty() ? "" : ", ") + std::string(option.name);
    }
    return core::unexpected(core::ErrorCode::usage, "no change is named", "one of " + names);
}

/// What is written back whole has to be read whole: custom fields are one set.
core::Values needed_values(const Arguments& arguments) {
    for (const char* option : {"--editor", "--stdin", "--identity", "--second-factor", "--generate",
                               "--private-key", "--type"}) {
        if (arguments.has(option)) return core::Values::plain;
    }
    return core::Values::concealed;
}

core::Result<void> run_edit(Session& session, const Arguments& arguments) {
    SPAREKEY_CHECK(check_change_is_named(arguments));
    SPAREKEY_TRY(const core::RecordId id, find_item(session, *arguments.positional(0)));
    SPAREKEY_TRY(VaultAccess * access, session.access());
    SPAREKEY_TRY(const core::Item current, access->item(id, needed_values(arguments)));
    SPAREKEY_TRY(core::ItemPatch patch, wanted_change(session, arguments, current));
    SPAREKEY_TRY(access, session.access());
    if (const auto title = arguments.value("--title")) patch.title = *title;
    SPAREKEY_CHECK(apply_secrets(session, arguments, current, patch));
    SPAREKEY_TRY(const core::Item item, access->edit(id, std::move(patch)));
    report_item(session, item,
                item.revision == current.revision ? "nothing to change"
                                                  : in_quotes(item.title) + " is changed");
    return {};
}

}  // namespace

CommandSpec commands::edit() {
    return {"edit",
            "change an item; what it replaces stays in the history",
            {{"QUERY", "the item"}},
            edit_options(),
            run_edit,
            "",
            "--stdin changes only the keys that the document has; null or \"\" clears one.\n"
            "--generate on an ssh-key item makes a new key of the same kind, or of the one named.\n"
            "A field confirm = true makes the ssh-agent ask before each use of the key."};
}

}  // namespace sparekey::cli
