#include "cli/online/join_account.h"

#include "cli/commands/items.h"
#include "cli/credentials.h"
#include "cli/online/account_join.h"
#include "cli/online/sign_in.h"

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

Result<core::SecretBytes> recovery_code_of(Session& session) {
    const auto file = session.options().recovery_file;
    core::SecretText text;
    if (file) {
        SPAREKEY_TRY(text, read_secret_line(*file, session.input()));
    } else {
        SPAREKEY_TRY(Person person, session.person());
        if (!person.present()) {
            return unexpected(ErrorCode::locked,
                              "there is no terminal to ask for the recovery code on",
                              "give --recovery-file FILE (- is stdin)");
        }
        SPAREKEY_TRY(text, person.ask_secret("Recovery code: "));
    }
    SPAREKEY_TRY(core::PaperCode code,
                 core::parse_paper_code(core::PaperKind::recovery_code, text.expose()));
    return std::move(code.secret);
}

Result<core::Credential> new_master_password(Session& session) {
    SPAREKEY_TRY(Person person, session.person());
    SPAREKEY_TRY(const core::SecretText password,
                 read_password({session.options().password_file, {}, {}}, session.input(), person,
                               {"New master password: "}));
    SPAREKEY_CHECK(check_password(password));
    return core::Credential{core::SlotKind::password,
                            core::SecretBytes::copy_of(core::bytes_of(password.expose()))};
}

Result<JoinSecrets> secrets_for(Session& session, const NewDevice& device,
                                const sync::EnrolmentConnection& enrolment,
                                const core::VaultId& vault,
                                std::optional<core::PaperCode> secret_key) {
    JoinSecrets secrets;
    if (secret_key) {
        if (secret_key->vault_hint != core::vault_hint(vault)) {
            return unexpected(ErrorCode::refused, "this Secret Key is another vault's",
                              "the one of this account is on its Emergency Kit");
        }
        secrets.secret = std::move(secret_key->secret);
        return secrets;
    }
    SPAREKEY_TRY(secrets.approved, wait_for_approval(session, device, enrolment, vault));
    secrets.secret = secrets.approved->approval.secret_key.clone();
    return secrets;
}

}  // namespace

NewDevice NewDevice::make(std::string name, core::Random& random) {
    return {{core::DatabaseKey::random(random), core::SigningSeed::random(random),
             core::BoxSeed::random(random)},
            std::move(name)};
}

sync::LoginAim NewDevice::aim() const {
    sync::LoginAim aim;
    aim.device_name = name;
    aim.keys = sync::LoginAim::Keys{core::signing_public_key(secrets.signing.expose()),
                                    core::box_public_key(secrets.box.expose())};
    return aim;
}

core::Enrolment NewDevice::enrolment(const core::VaultId& vault, const std::string& origin,
                                     const core::EnrolmentNonce& nonce) const {
    return {vault, origin, core::signing_public_key(secrets.signing.expose()),
            core::box_public_key(secrets.box.expose()), nonce};
}

Result<std::optional<core::PaperCode>> named_secret_key(Session& session,
                                                        const Arguments& arguments) {
    const auto file = arguments.value("--secret-key-file");
    if (!file) return std::optional<core::PaperCode>();
    SPAREKEY_TRY(const core::SecretText text, read_secret_line(*file, session.input()));
    SPAREKEY_TRY(core::PaperCode code,
                 core::parse_paper_code(core::PaperKind::secret_key, text.expose()));
    return std::optional(std::move(code));
}

Result<void> join_by_login(Session& session, const Server& server, const NewDevice& device,
                           const sync::EnrolmentConnection& enrolment,
                           const sync::EnrolmentFacts& facts,
                           std::optional<core::PaperCode> secret_key) {
    const core::VaultId vault = facts.account.value();
    SPAREKEY_TRY(const JoinSecrets secrets,
                 secrets_for(session, device, enrolment, vault, std::move(secret_key)));
    return join_account(session, {server, enrolment, vault, facts.nonce}, device, secrets);
}

Result<core::VaultId> join_by_recovery(Session& session, const Arguments& arguments,
                                       const Server& server) {
    const auto named = arguments.value("--account");
    const auto account = core::VaultId::parse(named.value_or(""));
    if (!account) {
        return unexpected(ErrorCode::usage,
                          named ? in_quotes(*named) + " is no account id"
                                : std::string("--recovery wants --account ID"),
                          "the ID is the vault id on the Emergency Kit");
    }
    JoinSecrets secrets;
    secrets.opener = core::SlotKind::recovery;
    SPAREKEY_TRY(secrets.secret, recovery_code_of(session));
    SPAREKEY_TRY(secrets.new_password, new_master_password(session));
    const NewDevice device = NewDevice::make(device_name(arguments), session.random());
    SPAREKEY_TRY(const auto recovery,
                 sync::EnrolmentConnection::recover(server.connection(), *account, device.aim()));
    SPAREKEY_CHECK(join_account(session, {server, recovery.connection, *account, recovery.nonce},
                                device, secrets));
    return *account;
}

}  // namespace sparekey::cli::online
