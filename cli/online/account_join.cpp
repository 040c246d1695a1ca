#include "cli/online/account_join.h"

#include "cli/commands/items.h"
#include "cli/counted.h"
#include "core/replica/kept_commits.h"
#include "storage/folder/unfinished_folder.h"
#include "sync/client/joining.h"
#include "sync/protocol/assertion.h"

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;
using sync::OpenedVault;

constexpr int kMostOvertakings = 5;

/// One device's way into one account.
struct Joining {
    Session& session;
    const JoinPlace& place;
    const NewDevice& device;
    const JoinSecrets& secrets;
};

Result<core::OpenedAccount> open_account(const Joining& joining) {
    const JoinPlace& place = joining.place;
    const core::Enrolment facts =
        joining.device.enrolment(place.vault, place.server.origin(), place.nonce);
    const sync::Opening opening =
        sync::sign_opening_with(facts, joining.secrets.opener, joining.secrets.secret);
    return place.enrolment.open(opening.opener, opening.signature);
}

Result<OpenedVault> accept(const Joining& joining, const core::OpenedAccount& opened) {
    const JoinPlace& place = joining.place;
    const JoinSecrets& secrets = joining.secrets;
    if (secrets.opener == core::SlotKind::recovery) {
        const core::Credential code{core::SlotKind::recovery, secrets.secret.clone()};
        return sync::accept_account(place.vault, place.server.origin(), opened, code, {});
    }
    std::optional<sync::ApprovedBy> approved;
    if (secrets.approved) approved = secrets.approved->by;
    std::optional<OpenedVault> vault;
    SPAREKEY_CHECK(
        joining.session.with_credential([&](const core::Credential& given) -> Result<void> {
            SPAREKEY_TRY(vault, sync::accept_account(place.vault, place.server.origin(), opened,
                                                     given, secrets.secret, approved));
            return {};
        }));
    return *std::move(vault);
}

/// What a new password's slot costs: what the account's other ones do at least.
Result<std::optional<core::KeySlot>> new_slot(const Joining& joining, const OpenedVault& vault) {
    const auto& password = joining.secrets.new_password;
    if (!password) return std::optional<core::KeySlot>();
    const core::KdfCost cost =
        core::at_least(core::at_least(vault.slots.policy, vault.head.roster.pins), core::kKdfFloor);
    SPAREKEY_TRY(core::KeySlot slot,
                 core::make_slot(vault.slots.vault, vault.key, vault.slots.generation, *password,
                                 vault.keyring.secret_key, cost, joining.session.clock().now_ms(),
                                 joining.session.random()));
    return std::optional(std::move(slot));
}

storage::VaultParts parts_of(const Joining& joining, OpenedVault vault,
                             const std::optional<core::KeySlot>& slot) {
    const core::DeviceSecrets& keys = joining.device.secrets;
    storage::VaultParts parts;
    parts.slots.vault = vault.slots.vault;
    parts.slots.generation = vault.slots.generation;
    parts.slots.policy = vault.slots.policy;
    parts.slots.slots = std::move(vault.slots.slots);
    if (slot) parts.slots.slots.push_back(*slot);
    parts.slots.secret_key = vault.keyring.secret_key.clone();
    parts.opened_by = slot ? slot->id : vault.opened_by;
    parts.device = {keys.database.clone(), keys.signing.clone(), keys.box.clone()};
    parts.key = std::move(vault.key);
    parts.keyring = std::move(vault.keyring);
    parts.sealed_keyring = std::move(vault.sealed_keyring);
    return parts;
}

/// The roster before this device was there is known by its commit: a server may come back with it.
void put_state(storage::VaultStore& store, const sync::Join& join, std::uint64_t n) {
    const auto transaction = store.begin_sync();
    transaction->put_state(core::kAccountKey, core::encode(join.state));
    core::keep_commit(store, n, join.request, *transaction);
    transaction->commit();
}

sync::MemberConnection connection_of(const Joining& joining) {
    return {joining.place.server.connection(), [&joining]() -> Result<std::string> {
                return sync::make_assertion(
                    joining.place.vault, joining.device.secrets.device(),
                    joining.place.server.origin(), joining.device.secrets.signing.expose(),
                    joining.session.clock().now_ms(), joining.session.random());
            }};
}

using Pushed = std::variant<core::PushAnswer, sync::PushConflict>;

/// The same bytes again, if the first answer got lost: by then this device may be a member.
Result<Pushed> push(const Joining& joining, const core::PushRequest& request) {
    auto pushed = joining.place.enrolment.push(request);
    if (pushed || pushed.error().code != ErrorCode::offline) return pushed;
    auto again = connection_of(joining).push(request);
    return again ? std::move(again) : std::move(pushed);
}

void tell_place(const Joining& joining, const OpenedVault& vault) {
    const core::ChainHead& head = vault.head;
    joining.session.out().note("the account's last change is number " + std::to_string(head.at.n) +
                               ", of " + short_time(head.time_ms) + "; " +
                               counted(head.roster.devices.size(), "device") + " before this one");
}

/// One attempt. False: the account went on meanwhile.
Result<bool> attempt(const Joining& joining) {
    Session& session = joining.session;
    SPAREKEY_TRY(const core::OpenedAccount opened, open_account(joining));
    SPAREKEY_TRY(OpenedVault vault, accept(joining, opened));
    SPAREKEY_TRY(const std::optional<core::KeySlot> slot, new_slot(joining, vault));
    SPAREKEY_TRY(sync::Join join,
                 sync::make_join(
                     vault, {joining.device.secrets, joining.device.name, session.clock().now_ms()},
                     slot, session.random()));
    tell_place(joining, vault);
    const std::uint64_t n = vault.head.at.n + 1;
    SPAREKEY_TRY(storage::UnfinishedFolder folder,
                 storage::UnfinishedFolder::begin(session.folder_paths(), "sparekey login",
                                                  parts_of(joining, std::move(vault), slot),
                                                  session.random()));
    put_state(folder.store(), join, n);
    SPAREKEY_TRY(const Pushed pushed, push(joining, join.request));
    if (std::holds_alternative<sync::PushConflict>(pushed)) return false;
    const core::PushAnswer& answer = std::get<core::PushAnswer>(pushed);
    const core::Hash own = core::commit_hash(join.request.commit);
    if (answer.at.hash != own) {
        return unexpected(ErrorCode::integrity, "the server says that it took another commit",
                          "nothing was made here");
    }
    if (const auto& approved = joining.secrets.approved) {
        sync::MemberConnection connection = connection_of(joining);
        SPAREKEY_CHECK(sync::check_history(connection, approved->approval.head, answer.at));
    }
    join.state.audit = answer.audit;
    put_state(folder.store(), join, n);
    const auto made = std::move(folder).finish();
    for (const std::string& warning : made->warnings()) session.out().warn(warning);
    return true;
}

}  // namespace

Result<void> join_account(Session& session, const JoinPlace& place, const NewDevice& device,
                          const JoinSecrets& secrets) {
    const Joining joining{session, place, device, secrets};
    for (int tries = 0; tries < kMostOvertakings; ++tries) {
        SPAREKEY_TRY(const bool joined, attempt(joining));
        if (joined) return {};
    }
    return unexpected(ErrorCode::conflict, "the account's other devices change it all the time",
                      "try again in a minute");
}

}  // namespace sparekey::cli::online
