#include "cli/commands/commands.h"
#include "cli/commands/kdf_options.h"
#include "cli/credentials.h"
#include "cli/kit_page.h"
#include "cli/libexec.h"
#include "cli/session.h"

#include <unistd.h>

#include <filesystem>

namespace sparekey::cli {
namespace {

core::Result<void> check_kit_target(const Arguments& arguments) {
    const auto path = arguments.value("--kit");
    if (!path) return {};
    const std::string folder = std::filesystem::path(*path).parent_path().string();
    if (::access(folder.empty() ? "." : folder.c_str(), W_OK) != 0) {
        return core::unexpected(core::ErrorCode::failed, "the kit cannot be written to " + *path,
                                "name a file in a folder of yours");
    }
    if (::access(path->c_str(), F_OK) == 0) {
        return core::unexpected(core::ErrorCode::conflict, *path + " exists already",
                                "name another file for the kit");
    }
    return {};
}

core::Result<void> check_no_vault(Session& session) {
    SPAREKEY_TRY(const bool there, session.has_vault());
    if (!there) return {};
    return core::unexpected(core::ErrorCode::conflict,
                            "there is a vault \"" + session.options().vault_name + "\" already",
                            "choose another name with --vault");
}

/// Nothing is locked where there is no vault yet.
core::Unexpected no_password(const Session& session, core::Error error) {
    if (error.code != core::ErrorCode::locked || session.credential_is_named()) {
        return core::unexpected(std::move(error));
    }
    return core::unexpected(core::ErrorCode::locked,
                            "there is no terminal to ask for the new master password on",
                            "give --password-file FILE (- is stdin), $SPAREKEY_PASSWORD_FILE or "
                            "$SPAREKEY_PASSWORD_COMMAND");
}

/// A weak password is the person's own choice, but not one made unknowingly.
void warn_if_weak(Session& session, const core::SecretText& password) {
    const auto word = run_helper("sparekey-strength", {}, password.expose());
    if (!word) return;
    const std::string_view strength = word->expose();
    if (strength.starts_with("very weak") || strength.starts_with("weak")) {
        session.out().warn("this master password is easy to guess (" +
                           std::string(strength.substr(0, strength.find('\n'))) +
                           "); sparekey gen --words 6 makes a strong one");
    }
}

void report(Session& session, const KitContent& kit) {
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object()
            .field("vault_id", kit.vault.text())
            .field("secret_key", kit.secret_key.expose())
            .field("recovery_code", kit.recovery_code.expose())
            .end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
    } else {
        session.out().raw(kit_text(kit).expose());
        session.out().raw("\n");
    }
}

core::Result<void> run_init(Session& session, const Arguments& arguments) {
    SPAREKEY_CHECK(check_no_vault(session));
    SPAREKEY_CHECK(check_kit_target(arguments));
    const bool told = arguments.has("--kdf-memory") || arguments.has("--kdf-passes");
    SPAREKEY_TRY(const core::KdfCost cost,
                 kdf_cost(arguments, told ? core::kKdfDefault : calibrated_cost()));
    const GlobalOptions& options = session.options();
    SPAREKEY_TRY(Person person, session.person());
    auto given = read_password({options.password_file, {}, {}}, session.input(), person,
                               {"New master password: "});
    if (!given) return no_password(session, std::move(given).error());
    const core::SecretText password = std::move(*given);
    warn_if_weak(session, password);
    const core::Credential credential{
        core::SlotKind::password, core::SecretBytes::copy_of(core::bytes_of(password.expose()))};
    const std::uint64_t now = session.clock().now_ms();
    SPAREKEY_TRY(const auto made, storage::OpenedFolder::create(session.folder_paths(), credential,
                                                                cost, now, session.random()));
    for (const std::string& warning : made->warnings()) session.out().warn(warning);
    const KitContent kit = kit_content(options.vault_name, made->key_slots().vault,
                                       made->keyring().secret_key.expose(),
                                       made->keyring().recovery_code.expose(), now);
    report(session, kit);
    if (const auto path = arguments.value("--kit")) {
        SPAREKEY_CHECK(write_kit_page(kit, *path));
        session.out().note("the kit is in " + *path + ": print it, then delete the file");
    }
    return {};
}

}  // namespace

CommandSpec commands::init() {
    std::vector<OptionSpec> options = kdf_options();
    options.push_back({"--kit", "FILE", "write the Emergency Kit as a page that prints well"});
    return {"init",
            "create the vault and show its Emergency Kit",
            {},
            std::move(options),
            run_init,
            "",
            "The new master password comes from --password-file, the environment's two sources, or "
            "the\nterminal. Without KDF options the cost is measured: about a second."};
}

}  // namespace sparekey::cli
