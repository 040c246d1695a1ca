#include "cli/commands/commands.h"
#include "cli/credentials.h"
#include "cli/formats/time_text.h"
#include "cli/kit_page.h"
#include "cli/session.h"
#include "core/vault/paper_code.h"
#include "core/vault/settings.h"

namespace sparekey::cli {
namespace {

core::Result<void> print(Session& session, const std::optional<std::string>& path) {
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    // What is printed has to open the vault.
    const core::Credential code{core::SlotKind::recovery, folder->keyring().recovery_code.clone()};
    if (!core::open_slots(folder->key_slots(), code)) {
        return core::unexpected(core::ErrorCode::conflict,
                                "the vault's recovery code was removed: the kit would not open it",
                                "sparekey slots add recovery makes a new one");
    }
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

core::Result<void> run(Session& session, const Arguments& arguments) {
    const auto target = arguments.positional(0);
    if (target == "drill") return drill(session, arguments);
    if (arguments.has("--stdin")) {
        return core::unexpected(core::ErrorCode::usage, "--stdin belongs to kit drill");
    }
    // Verbs to come, never files: a kit that lies in a file "split" is a kit that got away.
    if (target == "split" || target == "combine") {
        return core::unexpected(core::ErrorCode::usage, "kit " + *target + " is not there yet",
                                "name a file with a folder: ./" + *target);
    }
    return print(session, target);
}

}  // namespace

CommandSpec commands::kit() {
    return {"kit",
            "the Emergency Kit again, as text or as a page; or prove that the paper works",
            {{"[FILE|drill]", "a new file for the page; or drill", false}},
            {{"--stdin", "", "drill: the recovery code is a line of standard input"}},
            run};
}

}  // namespace sparekey::cli
