// Key slots: wrapping the vault key VK under a password, a recovery code or a key file, and back.
//
// docs/CRYPTO.md has every derivation as a formula. A slot is made at or above the KDF floor,
// opened from kKdfLowestOpened on. Which slot was close is never told: a wrong secret is one
// answer.
#pragma once

#include "core/model/keyring.h"
#include "core/ports/random.h"

#include <optional>

namespace sparekey::core {

/// What a person gave to open the vault; exactly one is meant.
struct Credential {
    SlotKind kind = SlotKind::password;
    SecretBytes bytes;  // password as typed (UTF-8), 20 bytes of recovery code, or the key file

    Credential clone() const { return {kind, bytes.clone()}; }
};

inline constexpr std::size_t kSmallestKeyFile = 32;                   // bytes
inline constexpr std::size_t kLargestKeyFile = std::size_t{1} << 20;  // bytes

/// Wraps `key`. A password's cost is `cost`; ErrorCode::usage if it is below the floor or above the
/// ceiling. `secret_key` (20 bytes) is mixed into password slots and ignored for the others.
Result<KeySlot> make_slot(const VaultId& vault, const VaultKey& key, std::uint32_t generation,
                          const Credential& credential, const SecretBytes& secret_key,
                          const KdfCost& cost, std::uint64_t now_ms, Random& random);

/// Tries every slot of the credential's kind. ErrorCode::locked if none opens;
/// ErrorCode::integrity, before Argon2id runs, if any slot's cost is out of bounds.
struct OpenedSlot {
    VaultKey key;
    SlotId slot;
};
Result<OpenedSlot> open_slots(const KeySlots& slots, const Credential& credential);

/// The Ed25519 seed that proves knowledge of a long secret to a server: never from the password.
SigningSeed opener_seed(const VaultId& vault, SlotKind kind, ByteView long_secret);

/// DeviceSecrets and the keyring, sealed under keys derived from VK.
Bytes seal_device_secrets(const VaultKey& key, const KeySlots& slots, const DeviceSecrets& secrets,
                          Random& random);
Result<DeviceSecrets> open_device_secrets(const VaultKey& key, const KeySlots& slots);
Bytes seal_keyring(const VaultKey& key, const VaultId& vault, std::uint32_t generation,
                   const Keyring& keyring, Random& random);
Result<Keyring> open_keyring(const VaultKey& key, const VaultId& vault, std::uint32_t generation,
                             ByteView sealed);

}  // namespace sparekey::core
