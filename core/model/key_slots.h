// Who can open the vault, as values: the local `keyslots` file, the slots as they are synced, and
// what only this device holds.
#pragma once

#include "core/crypto/argon2id.h"
#include "core/crypto/keypair.h"
#include "core/model/ids.h"
#include "core/secret/key.h"
#include "core/secret/secret_bytes.h"

#include <vector>

namespace sparekey::core {

/// The one suite so far: Argon2id, HKDF-SHA256, XChaCha20-Poly1305, Ed25519, X25519.
inline constexpr std::uint8_t kSuite = 1;

enum class SlotKind : std::uint8_t { password = 1, recovery = 2, key_file = 3 };
/// "password", "recovery", "keyfile".
std::string_view slot_kind_name(SlotKind kind);

/// One way to unwrap the vault key. The cost and salt are zero but for passwords.
struct KeySlot {
    SlotId id;
    SlotKind kind = SlotKind::password;
    std::uint64_t created_ms = 0;
    std::uint32_t generation = 1;  // of the vault key that it wraps
    KdfSalt salt{};
    KdfCost cost{};
    SigningPublicKey opener{};  // proves knowledge of the slot's long secret to a server
    Hash commitment{};
    Bytes wrapped_key;  // AEAD of the 32-byte vault key, 72 bytes
};

/// 160 random bits made at `init`, mixed into every password slot.
inline constexpr std::size_t kSecretKeySize = 20;

inline constexpr std::size_t kMostSlots = 64;

struct KeySlots {
    VaultId vault;
    std::uint32_t generation = 1;
    KdfCost policy{};  // what a password slot of this vault must cost at least
    std::vector<KeySlot> slots;
    SecretBytes secret_key;  // in the clear in the file, as DESIGN section 3 says
    Bytes sealed_device;     // AEAD under a wrapping key: DeviceSecrets

    KeySlots clone() const;
};

/// The slots as they are synced: what every device shares, and nothing that a server may not see.
struct AccountSlots {
    VaultId vault;
    std::uint32_t generation = 1;
    KdfCost policy{};
    std::vector<KeySlot> slots;

    static AccountSlots of(const KeySlots& local);
};

struct VaultKeyTag;
struct DatabaseKeyTag;
struct SigningSeedTag;
struct BoxSeedTag;
using VaultKey = Key<VaultKeyTag>;  // VK: wrapped by every slot
using DatabaseKey = Key<DatabaseKeyTag>;
using SigningSeed = Key<SigningSeedTag>;
using BoxSeed = Key<BoxSeedTag>;

/// A device is its two public keys.
DeviceId device_id(const SigningPublicKey& signing, const BoxPublicKey& box);

/// What never leaves this device.
struct DeviceSecrets {
    DatabaseKey database;
    SigningSeed signing;
    BoxSeed box;

    DeviceId device() const;
};

}  // namespace sparekey::core
