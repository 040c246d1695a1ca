#include "core/replica/new_keys.h"

#include "core/base/mutant.h"
#include "core/chain/grant.h"
#include "core/codec/codec.h"
#include "core/vault/slots.h"

#include <algorithm>

namespace sparekey::core {
namespace {

template <class Key>
bool begins_with(const std::vector<Key>& keys, const std::vector<Key>& start) {
    return keys.size() >= start.size() &&
           std::equal(start.begin(), start.end(), keys.begin(), [](const Key& one, const Key& two) {
               return equal_constant_time(one.expose(), two.expose());
           });
}

/// Without one of its epoch keys, records that are here could not be read any more.
bool extends(const Keyring& keyring, const Keyring& present) {
    return begins_with(keyring.account, present.account) &&
           begins_with(keyring.epochs, present.epochs) &&
           equal_constant_time(keyring.id_key.expose(), present.id_key.expose());
}

Unexpected unbelievable(std::string what) {
    return unexpected(ErrorCode::integrity, std::move(what),
                      "nothing was changed here; ask on the device that replaced the keys");
}

}  // namespace

Result<NewKeys> open_new_keys(const ReplicaContext& context, const Roster& rotation,
                              ByteView sealed_keyring) {
    auto key = open_grant(rotation, context.own, context.device.box.expose());
    if (!key && key.error().code == ErrorCode::not_found) {
        return unexpected(ErrorCode::refused,
                          "the account's keys were replaced, and none was left for this device",
                          "what is here stays, and can be read; sparekey --vault NAME login URL "
                          "joins anew, beside it");
    }
    if (!key) return unexpected(std::move(key).error());
    SPAREKEY_TRY(Keyring keyring,
                 open_keyring(*key, context.vault, rotation.generation, sealed_keyring));
    if (signing_public_key(keyring.account.back().expose()) != rotation.account_key) {
        return unbelievable("the account's keyring is not the one that signs its rosters");
    }
    if (!SPAREKEY_LEFT_OUT("rotation-keyring") && !extends(keyring, context.keyring)) {
        return unbelievable("the account's new keyring lacks keys that this device has");
    }
    return NewKeys{*std::move(key), std::move(keyring)};
}

bool has_keys_of(const Keyring& keyring, const Roster& rotation) {
    const std::vector<SigningSeed>& seeds = keyring.account;
    const std::uint32_t generation = rotation.generation;
    return generation > 0 && generation <= seeds.size() &&
           signing_public_key(seeds[generation - 1].expose()) == rotation.account_key;
}

void put_rotation(const Roster& rotation, const RosterParts& parts, SyncTransaction& transaction) {
    transaction.put_state(kRotationKey, encode(rotation));
    transaction.put_state(kKeyringKey, parts.keyring);
    transaction.put_state(kSlotsDueKey, parts.slots);
}

Result<std::optional<Roster>> waiting_rotation(SyncStore& store) {
    const auto bytes = store.state(kRotationKey);
    if (!bytes) return std::optional<Roster>();
    SPAREKEY_TRY(Roster roster, decode_roster(*bytes));
    return std::optional(std::move(roster));
}

Result<std::optional<DueKeys>> due_keys(SyncStore& store, const DeviceId& device,
                                        SeedView box_secret, std::uint32_t generation) {
    const auto bytes = store.state(kSlotsDueKey);
    if (!bytes) return std::optional<DueKeys>();
    SPAREKEY_TRY(AccountSlots slots, decode_account_slots(*bytes));
    DueKeys due{std::move(slots), std::nullopt};
    if (due.slots.generation == generation) return std::optional(std::move(due));
    SPAREKEY_TRY(const std::optional<Roster> rotation, waiting_rotation(store));
    if (!rotation) return unbelievable("the new keys of this vault are not here");
    SPAREKEY_TRY(due.key, open_grant(*rotation, device, box_secret));
    return std::optional(std::move(due));
}

Result<void> settle_due_keys(SyncStore& store, std::uint32_t generation) {
    SPAREKEY_TRY(const std::optional<Roster> rotation, waiting_rotation(store));
    const auto transaction = store.begin_sync();
    transaction->remove_state(kSlotsDueKey);
    if (rotation && rotation->generation <= generation) transaction->remove_state(kRotationKey);
    transaction->commit();
    return {};
}

}  // namespace sparekey::core
