#include "core/replica/roster_change.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/chain/device_name.h"
#include "core/chain/grant.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/replica/outgoing.h"

#include <algorithm>

namespace sparekey::core {
namespace {

Result<void> describe_parts(const RosterParts& parts, Roster& roster) {
    SPAREKEY_TRY(const AccountSlots slots, decode_account_slots(parts.slots));
    SPAREKEY_CHECK(describe_slots(roster, slots));
    roster.keyring = sha256(parts.keyring);
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
    SPAREKEY_CHECK(describe_parts(context.parts, roster));
    return roster;
}

/// By the account key that the roster before names.
Result<NewRoster> sign(const ReplicaContext& context, Roster roster, RosterParts parts) {
    put_in_order(roster);
    SPAREKEY_TRY(SignedRoster signed_roster,
                 sign_roster(roster, context.keyring.account.back().expose()));
    return NewRoster{std::move(signed_roster), roster.epoch, std::move(parts)};
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

/// The names of those that stay, so that the one that left cannot read a later roster's.
Result<void> seal_names_again(const ReplicaContext& context, const Keyring& keyring,
                              Roster& roster) {
    for (RosterDevice& device : roster.devices) {
        const auto name =
            open_device_name(context.keyring, context.vault, device.id(), device.sealed_name());
        if (!name) continue;  // it stays as unreadable as it is
        SPAREKEY_TRY(Bytes sealed,
                     seal_device_name(keyring, context.vault, device.id(), *name, context.random));
        device = RosterDevice(device.signing(), device.box(), std::move(sealed));
    }
    return {};
}

/// Every key that `roster` names is a new one, and who stays is given the vault key.
Result<void> rotate(const ReplicaContext& context, const Rotation& rotation, Roster& roster) {
    if (!SPAREKEY_LEFT_OUT("rotation-base") && !fits(rotation, context.parts)) {
        return unexpected(ErrorCode::conflict,
                          "another device changed the account's keys or password meanwhile",
                          "nothing was rotated: do it again, with the password of now");
    }
    SPAREKEY_CHECK(describe_parts(rotation.parts, roster));
    SPAREKEY_TRY(const Keyring keyring, open_keyring(rotation.key, context.vault, roster.generation,
                                                     rotation.parts.keyring));
    roster.account_key = signing_public_key(keyring.account.back().expose());
    roster.epoch = keyring.epoch();
    SPAREKEY_CHECK(seal_names_again(context, keyring, roster));
    roster.grants.clear();
    for (const RosterDevice& device : roster.devices) {
        SPAREKEY_TRY(Grant grant, make_grant(roster, device, rotation.key, context.random));
        roster.grants.push_back(std::move(grant));
    }
    return {};
}

}  // namespace

Result<std::optional<NewRoster>> next_roster(const ReplicaContext& context,
                                             const AccountState& state, const ChainHead& head,
                                             const RosterWish& wish) {
    if (head.at.n == 0) {
        SPAREKEY_TRY(Roster first, first_roster(context, state));
        SPAREKEY_TRY(NewRoster made, sign(context, std::move(first), context.parts));
        return std::optional(std::move(made));
    }
    Roster roster = head.roster;
    const bool same_parts = sha256(context.parts.slots) == roster.slots &&
                            sha256(context.parts.keyring) == roster.keyring;
    if (!wish.remove && !wish.rotation && same_parts) return std::optional<NewRoster>();
    roster.n = head.at.n + 1;
    roster.previous = head.roster_hash;
    if (wish.remove) SPAREKEY_CHECK(remove_device(roster, *wish.remove));
    if (wish.rotation) {
        SPAREKEY_CHECK(rotate(context, *wish.rotation, roster));
    } else {
        SPAREKEY_CHECK(describe_parts(context.parts, roster));
    }
    const RosterParts& parts = wish.rotation ? wish.rotation->parts : context.parts;
    SPAREKEY_TRY(NewRoster made, sign(context, std::move(roster), parts));
    return std::optional(std::move(made));
}

}  // namespace sparekey::core
