// What the steps of a sync work on: one opened vault with its keys, and where it stands.
#pragma once

#include "core/ports/clock.h"
#include "core/replica/account.h"
#include "core/replica/account_tree.h"
#include "core/vault/seal.h"

namespace sparekey::core {

/// References to what the opened vault owns, for one call.
struct ReplicaContext {
    VaultId vault;
    const VaultKey& key;
    DeviceId own;  // by `device`
    const DeviceSecrets& device;
    const Keyring& keyring;
    const RecordSealer& sealer;
    SyncStore& store;
    AccountTree& tree;
    RosterParts parts;  // slots and keyring as they are here
    const Clock& clock;
    Random& random;
};

// Names of the store's states, all of this folder's.
inline constexpr std::string_view kAccountKey = "account";  // AccountState
inline constexpr std::string_view kPushKey = "push";        // PushRequest that is on its way
/// AccountSlots that the account has, and `keyslots` is to have.
inline constexpr std::string_view kSlotsDueKey = "slots-due";
inline constexpr std::string_view kKeyringKey = "keyring";  // sealed
/// Roster of a rotation whose keys `keyslots` is to have (core/replica/new_keys.h).
inline constexpr std::string_view kRotationKey = "rotation";
inline constexpr std::string_view kAwaitedKey = "awaited";  // ids (core/replica/awaited.h)
/// History of a server that came back from a backup (core/replica/reseed.h): while it is read, and
/// once it is this device's, until its records are here.
inline constexpr std::string_view kReseedReadKey = "reseed-read";
inline constexpr std::string_view kRejoinKey = "rejoin";  // hash of this device's commit
inline constexpr std::string_view kReseedKey = "reseed";

/// Nothing if the vault has no account. ErrorCode::integrity.
Result<std::optional<AccountState>> read_account(SyncStore& store);
/// ErrorCode::conflict if the vault has none.
Result<AccountState> require_account(SyncStore& store);
/// What is on its way.
Result<std::optional<PushRequest>> read_push(SyncStore& store);

/// How the roster lists this device.
RosterDevice listed_device(const DeviceSecrets& device, Bytes sealed_name);

/// Brings the list of known devices from one roster to the next, and says in `news` what changed.
void follow_devices(AccountState& state, const ReplicaContext& context, const Roster& roster,
                    std::uint64_t at_ms, std::vector<std::string>& news);

}  // namespace sparekey::core
