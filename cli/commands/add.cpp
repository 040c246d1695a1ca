#include "cli/commands/commands.h"
#include "cli/commands/fallback.h"
#include "cli/commands/items.h"
#include "cli/commands/patch_options.h"

namespace sparekey::cli {
namespace {

core::Result<void> ask_password(Session& session, core::ItemPatch& patch) {
    if (!session.terminal().present()) return {};
    SPAREKEY_TRY(core::SecretText password,
                 session.terminal().ask_secret("Password for the item (empty for none): "));
    if (!password.empty()) patch.password = std::move(password);
    return {};
}

core::Result<void> run_add(Session& session, const Arguments& arguments) {
    // The vault first: with --password-file - its password is the first line of standard input.
    SPAREKEY_TRY(VaultAccess* const access, session.access());
    if (arguments.has("--fallback-for")) return add_fallback(session, *access, arguments);
    SPAREKEY_TRY(core::ItemPatch patch, patch_from_options(session, arguments, core::Item{}));
    if (const auto title = arguments.positional(0)) patch.title = *title;
    if (const auto type = arguments.value("--type")) {
        patch.type = core::parse_type(*type);
        if (!patch.type) {
            return core::unexpected(core::ErrorCode::usage, "there is no type \"" + *type + "\"");
        }
    }
    if (!patch.type && arguments.has("--private-key")) patch.type = core::ItemType::ssh_key;
    if (!patch.title || patch.title->empty()) {
        return core::unexpected(core::ErrorCode::usage, "an item needs a title",
                                "sparekey add TITLE, or \"title\" in the document");
    }
    SPAREKEY_CHECK(apply_secrets(session, arguments, core::Item{}, patch));
    const bool has_no_password = patch.type == core::ItemType::ssh_key;
    if (!arguments.has("--stdin") && !arguments.has("--generate") && !has_no_password) {
        SPAREKEY_CHECK(ask_password(session, patch));
    }
    SPAREKEY_TRY(const core::Item item, access->add(std::move(patch)));
    if (session.out().json()) {
        report_item(session, item, "");
    } else {
        session.out().line(item.id.text());
    }
    return {};
}

}  // namespace

CommandSpec commands::add() {
    std::vector<OptionSpec> options = patch_options();
    options.insert(
        options.begin(),
        {"--type", "TYPE",
         "login, note, card, identity, ssh-key, api-token, idp-account, recovery-codes"});
    options.push_back({"--fallback-for", "ITEM",
                       "a spare way into ITEM, which becomes its own password or recovery codes"});
    return {
        "add",
        "add an item and print its id",
        {{"[TITLE]", "what it is called; may stand in the document of --stdin", false}},
        std::move(options),
        run_add,
        "",
        "Without --stdin or --generate the password is asked for on the terminal, without echo.\n"
        "An SSH key is made (--type ssh-key --generate) or taken from a file (--private-key "
        "FILE);\n"
        "its fields are private_key, public_key and fingerprint. With a field confirm = true the\n"
        "ssh-agent asks before each use of it.\n"
        "--fallback-for needs no title: a user name and a password are made for ITEM; with\n"
        "--type recovery-codes the codes are asked for, taken from --stdin, or made (--generate)."};
}

}  // namespace sparekey::cli
