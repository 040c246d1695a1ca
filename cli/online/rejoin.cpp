#include "cli/online/rejoin.h"

#include "cli/online/member.h"
#include "core/replica/reseed.h"
#include "sync/client/joining.h"

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr int kMostRetries = 5;

/// What of the vault it takes: put aside while the server is waited for.
struct OwnSecrets {
    core::VaultId vault;
    std::uint32_t generation = 1;
    core::VaultKey key;
    core::SecretBytes secret_key;
    core::DeviceSecrets device;
};

Result<OwnSecrets> own_secrets(Session& session) {
    SPAREKEY_CHECK(session.local());
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    const core::DeviceSecrets& device = folder->device_secrets();
    OwnSecrets own{folder->key_slots().vault,
                   folder->key_slots().generation,
                   folder->vault_key().clone(),
                   folder->keyring().secret_key.clone(),
                   {device.database.clone(), device.signing.clone(), device.box.clone()}};
    session.step_aside();
    return own;
}

sync::LoginAim::Keys public_keys(const core::DeviceSecrets& device) {
    return {core::signing_public_key(device.signing.expose()),
            core::box_public_key(device.box.expose())};
}

Result<core::OpenedAccount> open_again(const OwnSecrets& own, const Server& server,
                                       const sync::EnrolmentConnection& enrolment,
                                       const core::EnrolmentNonce& nonce) {
    const sync::LoginAim::Keys keys = public_keys(own.device);
    const sync::Opening opening =
        sync::sign_opening_with({own.vault, server.origin(), keys.signing, keys.box, nonce},
                                core::SlotKind::password, own.secret_key);
    auto opened = enrolment.open(opening.opener, opening.signature);
    if (!opened && opened.error().code == ErrorCode::refused) {
        return unexpected(
            ErrorCode::refused,
            "the account has another Secret Key than this vault: its keys were replaced, and "
            "one of both does not know of it",
            "if the server came back from a backup, sparekey sync --reseed on a device that it "
            "knows, then here; else sparekey --vault NAME login " +
                server.origin() + " joins it beside this vault");
    }
    return opened;
}

/// What is sent is known here before: the history that has it is read as one that this device put
/// itself on.
Result<void> note_own_commit(Session& session, const core::SignedCommit& commit) {
    SPAREKEY_CHECK(session.local());
    SPAREKEY_TRY(storage::OpenedFolder* const folder, session.folder());
    auto transaction = folder->store().begin_sync();
    core::note_rejoin(core::commit_hash(commit), *transaction);
    transaction->commit();
    transaction.reset();  // before the store
    session.step_aside();
    return {};
}

/// False: the account went on meanwhile.
Result<bool> join_again(Session& session, const Server& server,
                        const sync::EnrolmentConnection& enrolment,
                        const core::EnrolmentNonce& nonce, const std::string& name) {
    SPAREKEY_TRY(const OwnSecrets own, own_secrets(session));
    SPAREKEY_TRY(const core::OpenedAccount opened, open_again(own, server, enrolment, nonce));
    SPAREKEY_TRY(
        const sync::OpenedVault account,
        sync::accept_own_account(own.vault, server.origin(), opened, own.key, own.generation));
    SPAREKEY_TRY(const sync::Join join,
                 sync::make_join(account, {own.device, name, session.clock().now_ms()},
                                 std::nullopt, session.random()));
    SPAREKEY_CHECK(note_own_commit(session, join.request.commit));
    SPAREKEY_TRY(const auto pushed, enrolment.push(join.request));
    const auto* const answer = std::get_if<core::PushAnswer>(&pushed);
    if (answer == nullptr) return false;
    if (answer->at.hash != core::commit_hash(join.request.commit)) {
        return unexpected(ErrorCode::integrity, "the server says that it took another commit",
                          "nothing was changed here");
    }
    return true;
}

Result<void> give_back(Session& session) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_TRY(const sync::SyncReport report, reseed_once(session, *member));
    // The server's log is another one, or came back with the backup, and goes on from there.
    SPAREKEY_CHECK(
        member->replica().audit_told({member->membership().audit, member->membership().head.n}));
    return check_not_held(report);
}

}  // namespace

Result<sync::LoginAim::Keys> own_keys(Session& session) {
    SPAREKEY_TRY(const OwnSecrets own, own_secrets(session));
    return public_keys(own.device);
}

Result<void> rejoin_account(Session& session, const Server& server,
                            const sync::EnrolmentConnection& enrolment,
                            const core::EnrolmentNonce& nonce, const std::string& name) {
    for (int tries = 0; tries < kMostRetries; ++tries) {
        SPAREKEY_TRY(const bool joined, join_again(session, server, enrolment, nonce, name));
        if (!joined) continue;
        SPAREKEY_CHECK(SessionReplica(session).rejoin(""));
        return give_back(session);
    }
    return unexpected(ErrorCode::conflict, "the account's other devices change it all the time",
                      "try again in a minute");
}

}  // namespace sparekey::cli::online
