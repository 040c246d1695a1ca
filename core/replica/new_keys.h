// The keys that a rotation brought to a device that stays: opened by its grant, held against the
// keys that it has, and waiting in the store until `keyslots` is written under them.
//
// In the store first, with the commit that says so; then in the file. A crash between the two is
// mended at the next opening, by the old password, since the database's key never changes.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

struct NewKeys {
    VaultKey key;
    Keyring keyring;
};

/// `rotation` is the roster that the rotation brought, which has the grants; `sealed_keyring` the
/// account's, of that generation. ErrorCode::refused if it left nothing for this device;
/// ErrorCode::integrity if the keyring is not the one that signs the account's rosters, or lacks a
/// key that is here.
Result<NewKeys> open_new_keys(const ReplicaContext& context, const Roster& rotation,
                              ByteView sealed_keyring);

/// The keys that the account has since the rotation are among these.
bool has_keys_of(const Keyring& keyring, const Roster& rotation);

/// The rotation was accepted, and has the parts that the account has now: they are due.
void put_rotation(const Roster& rotation, const RosterParts& parts, SyncTransaction& transaction);

/// What waits in the store for a folder whose `keyslots` are of `generation`.
struct DueKeys {
    AccountSlots slots;
    std::optional<VaultKey> key;  // if the slots are of another generation
};
/// Nothing if nothing does. ErrorCode::integrity.
Result<std::optional<DueKeys>> due_keys(SyncStore& store, const DeviceId& device,
                                        SeedView box_secret, std::uint32_t generation);
/// They are in `keyslots` now, which are of `generation`. ErrorCode::integrity.
Result<void> settle_due_keys(SyncStore& store, std::uint32_t generation);

/// The roster of the last rotation whose keys are not here yet, if there is one.
Result<std::optional<Roster>> waiting_rotation(SyncStore& store);

}  // namespace sparekey::core
