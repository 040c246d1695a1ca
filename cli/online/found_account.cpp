#include "cli/online/found_account.h"

#include "cli/online/member.h"
#include "cli/online/rejoin.h"
#include "cli/online/sign_in.h"
#include "sync/client/account_calls.h"
#include "sync/client/enrolment_connection.h"

#include <algorithm>

namespace sparekey::cli::online {
namespace {

using core::AccountStage;
using core::ErrorCode;
using core::Result;
using core::unexpected;
using sync::EnrolmentConnection;
using sync::EnrolmentFacts;

/// A vault, and the server that the person signs in at.
struct Place {
    Session& session;
    sync::Replica& vault;
    const Arguments& arguments;
    const Server& server;
};

core::Unexpected another_vault(const Place& place) {
    return unexpected(
        ErrorCode::conflict, "this login opens the account of another vault",
        "sparekey --vault NAME login " + place.server.origin() + " joins it beside this one");
}

Result<sync::Membership> membership_of(const Place& place) {
    SPAREKEY_TRY(auto membership, place.vault.membership());
    if (!membership) throw core::SystemFailure("the vault has no account");
    return *std::move(membership);
}

/// This device's keys, as its first commit says them.
Result<sync::LoginAim> founding_aim(const Place& place, const core::PushRequest& first) {
    SPAREKEY_TRY(const core::Commit commit, core::decode_commit(first.commit.bytes));
    if (!commit.new_roster) throw core::SystemFailure("a first commit has a roster");
    SPAREKEY_TRY(const core::Roster roster, core::decode_roster(commit.new_roster->bytes));
    const core::RosterDevice* const own = roster.find(commit.device);
    if (own == nullptr) throw core::SystemFailure("a first roster lists its device");
    sync::LoginAim aim;
    aim.device_name = device_name(place.arguments);
    aim.keys = sync::LoginAim::Keys{own->signing(), own->box()};
    return aim;
}

Result<core::PushRequest> first_push(const Place& place) {
    SPAREKEY_TRY(auto request, place.vault.next_push({}));
    if (!request) throw core::SystemFailure("a vault without an account has something to push");
    return *std::move(request);
}

Result<void> settle(const Place& place,
                    const std::variant<core::PushAnswer, sync::PushConflict>& pushed) {
    if (std::holds_alternative<sync::PushConflict>(pushed)) {
        return unexpected(ErrorCode::conflict,
                          "the server has another history for the account of this vault",
                          "another vault that was restored from the same backup may have made it");
    }
    return place.vault.settle(std::get<core::PushAnswer>(pushed));
}

/// The commit was taken before, and its answer got lost.
Result<void> push_as_member(const Place& place, const core::PushRequest& first) {
    SPAREKEY_TRY(sync::Membership membership, membership_of(place));
    SPAREKEY_TRY(const auto member, Member::of(place.session, std::move(membership)));
    SPAREKEY_TRY(const auto pushed, member->connection().push(first));
    return settle(place, pushed);
}

Result<void> push_first(const Place& place, const EnrolmentConnection& enrolment,
                        const EnrolmentFacts& facts, const core::PushRequest& first) {
    SPAREKEY_TRY(const sync::Membership own, membership_of(place));
    if (facts.account && *facts.account != own.vault) return another_vault(place);
    if (facts.account) return push_as_member(place, first);
    if (!facts.may_create) {
        return unexpected(ErrorCode::refused,
                          "this login has no account, and may not make one on this server",
                          "whoever runs the server decides; --invite CODE brings an invitation");
    }
    SPAREKEY_TRY(const auto pushed, enrolment.push(first));
    return settle(place, pushed);
}

Result<void> remember_identity(const Place& place, const EnrolmentFacts& facts) {
    if (!facts.identity) return {};
    return place.vault.remember_identities({*facts.identity});
}

Result<void> sign_in_and_push(const Place& place) {
    SPAREKEY_TRY(const core::PushRequest first, first_push(place));
    SPAREKEY_TRY(const sync::LoginAim aim, founding_aim(place, first));
    SPAREKEY_TRY(core::SecretText token,
                 sign_in(place.session, place.arguments, place.server.connection(), aim));
    const EnrolmentConnection enrolment(place.server.connection(), std::move(token));
    SPAREKEY_TRY(const EnrolmentFacts facts, enrolment.facts());
    SPAREKEY_CHECK(push_first(place, enrolment, facts, first));
    return remember_identity(place, facts);
}

/// Nothing is left of an account that no server has; one whose first commit may have arrived is
/// kept, and the next login asks.
Result<core::VaultId> found(const Place& place) {
    auto founded = sign_in_and_push(place);
    if (!founded && founded.error().code != ErrorCode::offline) {
        SPAREKEY_CHECK(place.vault.abandon_account());
    }
    if (!founded) return unexpected(std::move(founded).error());
    SPAREKEY_TRY(const sync::Membership membership, membership_of(place));
    return membership.vault;
}

Result<core::VaultId> begin(const Place& place) {
    SPAREKEY_CHECK(place.vault.found_account(place.server.origin(), device_name(place.arguments)));
    return found(place);
}

/// False if the server does not know this device any more, as one with an assertion hears: it lost
/// the account, or what was since this device joined. One that it has removed it knows.
Result<bool> is_known(const Place& place, const sync::Membership& membership) {
    SPAREKEY_TRY(const auto member, Member::of(place.session, membership));
    const auto account = sync::account_facts(member->connection());
    if (account || account.error().code == ErrorCode::refused) return true;
    if (account.error().code == ErrorCode::integrity) return false;
    return unexpected(account.error());
}

/// The account is made anew, by another login: the one before was for a device of an account.
Result<core::VaultId> make_anew(const Place& place) {
    SPAREKEY_CHECK(place.session.confirm(
        place.server.origin() +
        " has lost the account of this vault. Make it anew from what is here? Your other devices "
        "then join it by a login, with what they have."));
    SPAREKEY_CHECK(place.vault.leave());
    place.session.out().note("sign in once more, to make the account");
    return begin(place);
}

std::string own_name(const Place& place, const sync::Membership& membership) {
    const auto named = place.arguments.value("--device-name");
    const auto own =
        std::ranges::find(membership.devices, membership.device, &core::KnownDevice::id);
    const bool has_name = own != membership.devices.end() && !own->name.empty();
    return named || !has_name ? device_name(place.arguments) : own->name;
}

/// The account is there, and the server does not know this device.
Result<core::VaultId> come_back_anew(const Place& place, const sync::Membership& membership,
                                     const EnrolmentConnection& enrolment,
                                     const EnrolmentFacts& facts) {
    SPAREKEY_CHECK(place.session.confirm(
        place.server.origin() +
        " has the account of this vault, and does not know this device any more. Join it again, "
        "with all that is here? What was destroyed since then may come back."));
    SPAREKEY_CHECK(rejoin_account(place.session, place.server, enrolment, facts.nonce,
                                  own_name(place, membership)));
    SPAREKEY_CHECK(remember_identity(place, facts));
    return membership.vault;
}

/// The login opens this vault's account: the device goes on from where it was.
Result<core::VaultId> come_back(const Place& place, const sync::Membership& membership) {
    sync::LoginAim aim;
    aim.device_name = device_name(place.arguments);
    SPAREKEY_TRY(const bool known, is_known(place, membership));
    if (!known) {
        SPAREKEY_TRY(aim.keys, own_keys(place.session));
    }
    SPAREKEY_TRY(core::SecretText token,
                 sign_in(place.session, place.arguments, place.server.connection(), aim));
    const EnrolmentConnection enrolment(place.server.connection(), std::move(token));
    SPAREKEY_TRY(const EnrolmentFacts facts, enrolment.facts());
    if (!known && facts.account == membership.vault) {
        return come_back_anew(place, membership, enrolment, facts);
    }
    SPAREKEY_CHECK(enrolment.revoke());
    if (facts.account && *facts.account != membership.vault) return another_vault(place);
    if (!facts.account) {
        if (!known) return make_anew(place);
        return unexpected(ErrorCode::conflict, "this login is not one of this vault's account",
                          "sign in with one that is: sparekey status lists them");
    }
    SPAREKEY_TRY(const auto member, Member::of(place.session, membership));
    auto account = sync::account_facts(member->connection());
    SPAREKEY_CHECK(account);
    SPAREKEY_CHECK(place.vault.rejoin(place.arguments.value("--device-name").value_or("")));
    SPAREKEY_CHECK(place.vault.remember_identities(std::move(account->identities)));
    return membership.vault;
}

}  // namespace

Result<core::VaultId> log_in_with_vault(Session& session, const Arguments& arguments,
                                        const Server& server) {
    SessionReplica vault(session);
    const Place place{session, vault, arguments, server};
    SPAREKEY_TRY(const auto membership, vault.membership());
    if (!membership) return begin(place);
    const bool here = membership->origin == server.origin();
    if (membership->stage == AccountStage::starting && here) return found(place);
    if (membership->stage == AccountStage::starting) {
        SPAREKEY_CHECK(place.vault.abandon_account());
        return begin(place);
    }
    if (here) return come_back(place, *membership);
    if (membership->stage == AccountStage::left) return begin(place);
    return unexpected(ErrorCode::conflict, "this vault has its account at " + membership->origin,
                      "sparekey logout leaves that one");
}

}  // namespace sparekey::cli::online
