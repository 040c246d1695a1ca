// A rotation: every key that a lost device knew is replaced (DESIGN section 3).
//
// New are the vault key, the account signing key, the epoch key, the Secret Key, the recovery code
// and so every opener; the keyring keeps the old ones beside them, so that nothing has to be
// written again. It is made once, with the master password, and pushed as one roster commit that
// leaves a grant for each device that stays. What such a commit means on a device, its maker's too,
// is in core/replica/new_keys.h.
#pragma once

#include "core/chain/exchange.h"
#include "core/vault/slots.h"

namespace sparekey::core {

/// What a vault has before its rotation.
struct RotationSource {
    const AccountSlots& slots;
    const Keyring& keyring;
    const RosterParts& parts;  // the same two, encoded and sealed
};

struct Rotation {
    VaultKey key;
    RosterParts parts;  // slots and keyring of the new generation, under `key`
    Hash replaced{};    // of the parts that it was made from
};

/// From then on the vault is opened by `credentials`, the master password with the new Secret Key
/// and at the vault's policy, and by the new recovery code; all other slots end. Errors as
/// make_slot().
Result<Rotation> make_rotation(const RotationSource& source,
                               std::span<const Credential> credentials, std::uint64_t now_ms,
                               Random& random);

/// False once slots or keyring were changed since, by another device say: a password that was set
/// there must not be undone unseen.
bool fits(const Rotation& rotation, const RosterParts& parts);

/// For the way to the process that holds the vault open. ErrorCode::integrity.
SecretBytes encode(const Rotation& rotation);
Result<Rotation> decode_rotation(ByteView bytes);

}  // namespace sparekey::core
