// `login`: who joins how (docs/INTERFACE.md, "Logging in and syncing").
#include "cli/background_sync.h"
#include "cli/online/commands.h"
#include "cli/online/events.h"
#include "cli/online/found_account.h"
#include "cli/online/join_account.h"
#include "cli/online/log_news.h"
#include "cli/online/member.h"
#include "cli/online/sign_in.h"

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

/// With --password-file - the first line is the password, and one that is named is read before
/// anything else is: nobody waits for a login whose password is missing.
Result<void> read_named_credential(Session& session) {
    if (!session.credential_is_named()) return {};
    return session.with_credential([](const core::Credential&) { return core::Result<void>(); });
}

Result<core::VaultId> join(Session& session, const Arguments& arguments, const Server& server) {
    SPAREKEY_CHECK(read_named_credential(session));
    SPAREKEY_TRY(auto secret_key, named_secret_key(session, arguments));
    const NewDevice device = NewDevice::make(device_name(arguments), session.random());
    SPAREKEY_TRY(core::SecretText token,
                 sign_in(session, arguments, server.connection(), device.aim()));
    const sync::EnrolmentConnection enrolment(server.connection(), std::move(token));
    SPAREKEY_TRY(const sync::EnrolmentFacts facts, enrolment.facts());
    if (!facts.account) {
        return unexpected(ErrorCode::not_found,
                          "this login has no account, and there is no vault here to make one of",
                          "sparekey init makes a vault; then sparekey login " + server.origin());
    }
    SPAREKEY_CHECK(join_by_login(session, server, device, enrolment, facts, std::move(secret_key)));
    return *facts.account;
}

Result<core::VaultId> log_in(Session& session, const Arguments& arguments, const Server& server) {
    SPAREKEY_TRY(const bool there, session.has_vault());
    const bool recovery = arguments.has("--recovery");
    if (recovery && there) {
        return unexpected(ErrorCode::conflict,
                          "there is a vault \"" + session.options().vault_name + "\" already",
                          "choose another name with --vault");
    }
    if (recovery) return join_by_recovery(session, arguments, server);
    return there ? log_in_with_vault(session, arguments, server) : join(session, arguments, server);
}

Result<void> sync_now(Session& session) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_TRY(const sync::SyncReport report, sync_once(session, *member));
    SPAREKEY_CHECK(member->remember_identities());
    SPAREKEY_CHECK(check_not_held(report));
    SPAREKEY_TRY(const std::vector<std::string> log, take_log_news(*member));
    for (const std::string& news : log) session.out().note(news);
    return {};
}

/// The account's records come here, or the vault's go there. The login holds without that, but not
/// if the server is not believed.
Result<void> first_sync(Session& session) {
    const auto synced = sync_now(session);
    if (!synced && synced.error().code == ErrorCode::integrity) return synced;
    if (!synced) {
        session.out().warn("vault and account do not have the same yet: " + synced.error().message +
                           "; sparekey sync goes on");
    }
    return {};
}

}  // namespace

Result<void> login(Session& session, const Arguments& arguments) {
    SPAREKEY_CHECK(chosen_way(arguments));
    SPAREKEY_TRY(const std::unique_ptr<Server> server,
                 Server::at(arguments.positional(0).value_or("")));
    SPAREKEY_TRY(const core::VaultId account, log_in(session, arguments, *server));
    SPAREKEY_CHECK(first_sync(session));
    SPAREKEY_TRY(const Config settings, session.config());
    if (settings.background_sync) start_background_sync(session.options().vault_name);
    tell(session, "done", {{"account", account.text()}},
         "Signed in to the account " + account.text() + " at " + server->origin());
    return {};
}

}  // namespace sparekey::cli::online
