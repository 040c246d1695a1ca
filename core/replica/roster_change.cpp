#include "core/replica/roster_change.h"

#include "core/chain/account_slots.h"
#include "core/chain/device_name.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/replica/outgoing.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// Slots and keyring as they are here.
Result<void> describe_parts(const ReplicaContext& context, Roster& roster) {
    SPAREKEY_TRY(const AccountSlots slots, decode_account_slots(context.parts.slots));
    SPAREKEY_CHECK(describe_slots(roster, slots));
    roster.keyring = sha256(context.parts.keyring);
    return {};
}

Result<Roster> first_roster(const ReplicaContext& context, const AccountState& state) {
    Roster roster;
    roster.vault = context.vault;
    roster.account_key = signing_public_key(context.keyring.account.back().expose());
    roster.epoch = context.keyring.epoch();
    roster.origin = state.origin;
    SPAREKEY_TRY(Bytes name, seal_device_name(context.keyring, context.vault, context.own,
                                              state.device_name, context.random));
    roster.devices.push_back(listed_device(context.device, std::move(name)));
    SPAREKEY_CHECK(describe_parts(context, roster));
    return roster;
}

Result<NewRoster> sign(const ReplicaContext& context, Roster roster) {
    put_in_order(roster);
    SPAREKEY_TRY(SignedRoster signed_roster,
                 sign_roster(roster, context.keyring.account.back().expose()));
    return NewRoster{std::move(signed_roster), context.parts};
}

Result<void> remove_device(Roster& roster, const DeviceId& device) {
    if (roster.find(device) == nullptr) {
        return unexpected(ErrorCode::not_found, "no such device in this account");
    }
    std::erase_if(roster.devices,
                  [&](const RosterDevice& listed) { return listed.id() == device; });
    std::erase_if(roster.grants, [&](const Grant& grant) { return grant.device == device; });
    return {};
}

}  // namespace

Result<std::optional<NewRoster>> next_roster(const ReplicaContext& context,
                                             const AccountState& state, const ChainHead& head,
                                             const RosterWish& wish) {
    if (head.at.n == 0) {
        SPAREKEY_TRY(Roster first, first_roster(context, state));
        SPAREKEY_TRY(NewRoster made, sign(context, std::move(first)));
        return std::optional(std::move(made));
    }
    Roster roster = head.roster;
    const bool same_parts = sha256(context.parts.slots) == roster.slots &&
                            sha256(context.parts.keyring) == roster.keyring;
    if (!wish.remove && same_parts) return std::optional<NewRoster>();
    roster.n = head.at.n + 1;
    roster.previous = head.roster_hash;
    if (wish.remove) SPAREKEY_CHECK(remove_device(roster, *wish.remove));
    SPAREKEY_CHECK(describe_parts(context, roster));
    SPAREKEY_TRY(NewRoster made, sign(context, std::move(roster)));
    return std::optional(std::move(made));
}

}  // namespace sparekey::core
