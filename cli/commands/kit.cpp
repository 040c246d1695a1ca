#include "cli/commands/commands.h"
#include "cli/commands/kit_shares.h"
#include "cli/credentials.h"
#include "cli/formats/time_text.h"
#include "cli/kit_page.h"
#include "cli/session.h"
#include "core/vault/paper_code.h"
#include "core/vault/settings.h"

namespace sparekey::cli {
namespace {

/// The vault, opened by the password; what is printed of it has to open it.
core::Result<storage::OpenedFolder*> folder_with_code(Session& session) {
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    const core::Credential code{core::SlotKind::recovery, folder->keyring().recovery_code.clone()};
    if (!core::open_slots(folder->key_slots(), code)) {
        return core::unexpected(core::ErrorCode::conflict,
                                "the vault's recovery code was removed: the kit would not open it",
                                "sparekey slots add recovery makes a new one");
    }
    return folder;
}

core::Result<void> print(Session& session, const std::optional<std::string>& path) {
    SPAREKEY_TRY(storage::OpenedFolder* const folder, folder_with_code(session));
    const KitContent kit =
        kit_content(session.options().vault_name, folder->key_slots().vault,
                    folder->keyring().secret_key.expose(), folder->keyring().recovery_code.expose(),
                    session.clock().now_ms());
    if (path) {
        SPAREKEY_CHECK(write_kit_page(kit, *path));
        session.out().note("the kit is in " + *path + ": print it, then delete the file");
    }
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object()
            .field("vault_id", kit.vault.text())
            .field("secret_key", kit.secret_key.expose())
            .field("recovery_code", kit.recovery_code.expose())
            .end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else if (!path) {
        session.out().raw(kit_text(kit).expose());
        session.out().raw("\n");
    }
    return {};
}

core::Result<core::SecretText> typed_code(Session& session, const Arguments& arguments) {
    if (arguments.has("--stdin")) return session.input().line();
    if (!session.terminal().present()) {
        return core::unexpected(core::ErrorCode::locked,
                                "there is no terminal to ask for the recovery code on",
                                "give it as a line of standard input with --stdin");
    }
    return session.terminal().ask_secret("Recovery code, from the paper: ");
}

/// Proves that what the paper says opens this vault, by opening its slot with it.
core::Result<void> drill(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(core::Vault* const vault, session.vault());
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    SPAREKEY_TRY(const core::SecretText line, typed_code(session, arguments));
    SPAREKEY_TRY(core::PaperCode code,
                 core::parse_paper_code(core::PaperKind::recovery_code, line.expose()));
    if (code.vault_hint != core::vault_hint(folder->key_slots().vault)) {
        return core::unexpected(core::ErrorCode::locked,
                                "this recovery code belongs to another vault");
    }
    SPAREKEY_CHECK(
        core::open_slots(folder->key_slots(), {core::SlotKind::recovery, std::move(code.secret)}));
    const std::uint64_t now = session.clock().now_ms();
    SPAREKEY_CHECK(core::remember_kit_proved(*vault, now));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("kit_proved", format_time(now)).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().note("the paper opens the vault");
    }
    return {};
}

core::Result<void> split(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const Splitting wanted, splitting(arguments));
    SPAREKEY_TRY(storage::OpenedFolder* const folder, folder_with_code(session));
    return split_kit(session, wanted, *folder, arguments.positional(1));
}

core::Result<void> check_options(const Arguments& arguments, const std::string& verb) {
    const auto misplaced = [](const std::string& what, const std::string& where) {
        return core::unexpected(core::ErrorCode::usage, what + " belongs to kit " + where);
    };
    if (arguments.has("--stdin") && verb != "drill" && verb != "combine") {
        return misplaced("--stdin", "drill and kit combine");
    }
    if (verb == "split") return {};
    for (const std::string option : {"--shares", "--threshold"}) {
        if (arguments.has(option)) return misplaced(option, "split");
    }
    if (arguments.positional(1)) return misplaced("a second argument", "split");
    return {};
}

core::Result<void> run_kit(Session& session, const Arguments& arguments) {
    // A verb is never a file: a kit that lies in a file "split" is a kit that got away.
    const std::string verb = arguments.positional(0).value_or("");
    SPAREKEY_CHECK(check_options(arguments, verb));
    if (verb == "drill") return drill(session, arguments);
    if (verb == "split") return split(session, arguments);
    if (verb == "combine") return combine_kit(session, arguments);
    return print(session, arguments.positional(0));
}

}  // namespace

CommandSpec commands::kit() {
    return {
        "kit",
        "the Emergency Kit again, proved by a drill, or shared among people you trust",
        {{"[FILE|drill|split|combine]", "a new file for the page; or what to do", false},
         {"[FILE]", "split: a new file for the shares, a sheet each", false}},
        {{"--shares", "N", "split: how many shares to make"},
         {"--threshold", "K", "split: how many of them give the recovery code back"},
         {"--stdin", "", "drill: the recovery code, combine: the shares, a line each on stdin"}},
        run_kit,
        "",
        "split makes shares of the recovery code (Shamir's scheme): any K of the N give it back, "
        "fewer\nsay nothing. combine needs no vault; it prints the code, and names a share that "
        "is mistyped, of\nanother set, or there twice. A new recovery code makes old shares "
        "worthless."};
}

}  // namespace sparekey::cli
