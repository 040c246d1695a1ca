#include "core/replica/roster_change.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/chain/device_name.h"
#include "core/chain/grant.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"
#include "core/replica/due_roster.h"
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

/// By `authority`, the account key that the roster before names.
Result<NewRoster> sign(const ReplicaContext& context, Roster roster, RosterParts parts,
                       const SigningPublicKey& authority) {
    put_in_order(roster);
    const auto& seeds = context.keyring.account;
    const auto seed = std::ranges::find_if(seeds, [&](const SigningSeed& one) {
        return signing_public_key(one.expose()) == authority;
    });
    if (seed == seeds.end()) {
        return unexpected(ErrorCode::integrity, "the account's roster is signed by another vault");
    }
    SPAREKEY_TRY(SignedRoster signed_roster, sign_roster(roster, seed->expose()));
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

/// Who stays is given the vault key, for this roster.
Result<void> grant_to_all(const VaultKey& key, Random& random, Roster& roster) {
    roster.grants.clear();
    for (const RosterDevice& device : roster.devices) {
        SPAREKEY_TRY(Grant grant, make_grant(roster, device, key, random));
        roster.grants.push_back(std::move(grant));
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
    return grant_to_all(rotation.key, context.random, roster);
}

/// What `due` says, on top of the roster in force. If it is of a later generation, it is a rotation
/// for whoever has followed the server only.
Result<std::optional<NewRoster>> put_on(const ReplicaContext& context, const ChainHead& head,
                                        Roster due) {
    due.n = head.at.n + 1;
    due.previous = head.roster_hash;
    SPAREKEY_CHECK(describe_parts(context.parts, due));
    if (due.generation != head.roster.generation) {
        SPAREKEY_CHECK(grant_to_all(context.key, context.random, due));
    }
    SPAREKEY_TRY(NewRoster made,
                 sign(context, std::move(due), context.parts, head.roster.account_key));
    return std::optional(std::move(made));
}

}  // namespace

bool only_joined(const Roster& before, const Roster& now) {
    const bool all_stayed = std::ranges::all_of(before.devices, [&](const RosterDevice& device) {
        return now.find(device.id()) != nullptr;
    });
    return all_stayed && now.slots == before.slots && now.keyring == before.keyring &&
           now.generation == before.generation;
}

Result<std::optional<NewRoster>> next_roster(const ReplicaContext& context,
                                             const AccountState& state, const ChainHead& head,
                                             const RosterWish& wish) {
    if (head.at.n == 0) {
        SPAREKEY_TRY(Roster first, first_roster(context, state));
        const SigningPublicKey own = first.account_key;
        SPAREKEY_TRY(NewRoster made, sign(context, std::move(first), context.parts, own));
        return std::optional(std::move(made));
    }
    SPAREKEY_TRY(const auto due, due_roster(context.store, head));
    if (due) return put_on(context, head, *due);
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
    SPAREKEY_TRY(NewRoster made, sign(context, std::move(roster), parts, head.roster.account_key));
    return std::optional(std::move(made));
}

}  // namespace sparekey::core
