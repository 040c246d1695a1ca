#include "cli/online/commands.h"
#include "cli/online/events.h"
#include "cli/online/member.h"
#include "cli/online/sign_in.h"
#include "sync/client/account_calls.h"
#include "sync/client/enrolment_connection.h"

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

Result<void> check_server(const Member& member, const std::string& origin) {
    if (member.origin() == origin) return {};
    return unexpected(ErrorCode::conflict, "this vault has its account at " + member.origin());
}

}  // namespace

Result<void> link(Session& session, const Arguments& arguments) {
    SPAREKEY_CHECK(chosen_way(arguments));
    SPAREKEY_TRY(const auto server, Server::at(arguments.positional(0).value_or("")));
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_CHECK(check_server(*member, server->origin()));
    sync::LoginAim aim;
    aim.device_name = device_name(arguments);
    SPAREKEY_TRY(aim.link, sync::link_handle(member->connection()));
    SPAREKEY_TRY(core::SecretText token,
                 sign_in(session, arguments, server->connection(), std::move(aim)));
    const sync::EnrolmentConnection enrolment(server->connection(), std::move(token));
    SPAREKEY_TRY(const sync::EnrolmentFacts facts, enrolment.facts());
    SPAREKEY_CHECK(enrolment.revoke());
    if (facts.link == sync::LinkAnswer::taken) {
        return unexpected(ErrorCode::conflict, "this login belongs to another account",
                          "unlink it there first");
    }
    if (facts.link == sync::LinkAnswer::none) {
        return unexpected(ErrorCode::refused, "the login was not linked in time", "begin again");
    }
    SPAREKEY_CHECK(member->remember_identities());
    const std::string id = facts.identity ? facts.identity->id : std::string();
    const std::string account = member->membership().vault.text();
    tell(session, "done", {{"account", account}, {"identity", id}}, "Linked " + id);
    return {};
}

Result<void> unlink(Session& session, const Arguments& arguments) {
    SPAREKEY_TRY(const auto member, Member::open(session));
    SPAREKEY_CHECK(
        sync::unlink_identity(member->connection(), arguments.positional(0).value_or("")));
    SPAREKEY_CHECK(member->remember_identities());
    if (session.out().json()) session.out().raw("{}\n");
    return {};
}

}  // namespace sparekey::cli::online
