#include "core/vault/slots.h"

#include "core/base/mutant.h"
#include "core/codec/codec.h"
#include "core/crypto/aead.h"
#include "core/crypto/hash.h"
#include "core/text/unicode.h"

#include <string>

namespace sparekey::core {
namespace {

constexpr std::string_view kKeyringLabel = "sparekey/v1/keyring";
constexpr std::string_view kDeviceLabel = "sparekey/v1/device-secrets";

struct SlotKeys {
    struct WrappingTag;
    Key<WrappingTag> wrapping;
    Hash commitment{};
};

struct SlotInput {
    const VaultId& vault;
    const SlotId& slot;
    SlotKind kind;
    const KdfSalt& salt;
    const KdfCost& cost;
};

/// What HKDF extracts from: Argon2id(NFKD(password)) ‖ Secret Key, or the long secret itself.
Result<SecretBytes> key_material(const SlotInput& slot, const Credential& credential,
                                 const SecretBytes& secret_key) {
    if (slot.kind != SlotKind::password) return credential.bytes.clone();
    struct StretchedTag;
    Key<StretchedTag> stretched;
    const SecretBytes normalized = nfkd(text_of(credential.bytes.expose()));
    SPAREKEY_CHECK(argon2id(normalized.expose(), slot.salt, slot.cost, stretched.expose_mutable()));
    SecretBuilder material;
    material.append(stretched.expose());
    material.append(secret_key.expose());
    return std::move(material).take();
}

/// HKDF(material, salt = vault id ‖ slot id, info = "sparekey/v1/slot/KIND") -> key ‖ commitment.
Result<SlotKeys> derive(const SlotInput& slot, const Credential& credential,
                        const SecretBytes& secret_key) {
    SPAREKEY_TRY(const SecretBytes material, key_material(slot, credential, secret_key));
    Bytes salt(slot.vault.bytes.begin(), slot.vault.bytes.end());
    salt.insert(salt.end(), slot.slot.bytes.begin(), slot.slot.bytes.end());
    const std::string info = "sparekey/v1/slot/" + std::string(slot_kind_name(slot.kind));
    SecretBytes derived(64);
    hkdf_sha256(material.expose(), salt, bytes_of(info), derived.expose_mutable());
    SlotKeys keys;
    std::copy_n(derived.expose().begin(), 32, keys.wrapping.expose_mutable().begin());
    std::copy_n(derived.expose().begin() + 32, 32, keys.commitment.begin());
    return keys;
}

/// What the opener of a slot is derived from: never from the password.
ByteView long_secret(const Credential& credential, const SecretBytes& secret_key) {
    return credential.kind == SlotKind::password ? secret_key.expose() : credential.bytes.expose();
}

struct WrapTag;
Key<WrapTag> wrapping_key(const VaultKey& key, std::string_view label) {
    Key<WrapTag> wrapping;
    hkdf_sha256(key.expose(), {}, bytes_of(label), wrapping.expose_mutable());
    return wrapping;
}

Bytes wrap_context(std::string_view label, const VaultId& vault, std::uint32_t generation) {
    Bytes context(label.begin(), label.end());
    context.push_back(kSuite);
    context.insert(context.end(), vault.bytes.begin(), vault.bytes.end());
    for (int shift = 0; shift < 32; shift += 8) {
        context.push_back(static_cast<std::uint8_t>(generation >> shift));
    }
    return context;
}

Result<void> check_material(const Credential& credential) {
    const std::size_t size = credential.bytes.size();
    switch (credential.kind) {
        case SlotKind::password:
            if (size == 0) return unexpected(ErrorCode::usage, "the master password is empty");
            return {};
        case SlotKind::recovery:
            if (size != kSecretKeySize) {
                return unexpected(ErrorCode::usage, "a recovery code has 160 bits");
            }
            return {};
        case SlotKind::key_file:
            if (size < kSmallestKeyFile || size > kLargestKeyFile) {
                return unexpected(ErrorCode::usage,
                                  "a key file has at least 32 bytes and at most 1 MiB");
            }
            return {};
    }
    return unexpected(ErrorCode::usage, "unknown kind of key slot");
}

bool costs_are_sane(const KeySlots& slots) {
    for (const KeySlot& slot : slots.slots) {
        if (slot.kind == SlotKind::password && !within_bounds(slot.cost, kKdfLowestOpened)) {
            return false;
        }
    }
    return true;
}

/// VK, nothing if this credential does not open this slot.
Result<std::optional<VaultKey>> try_slot(const KeySlots& slots, const KeySlot& slot,
                                         const Credential& credential) {
    const SlotInput input{slots.vault, slot.id, slot.kind, slot.salt, slot.cost};
    SPAREKEY_TRY(const SlotKeys keys, derive(input, credential, slots.secret_key));
    // One blob may open under several keys of an AEAD that does not commit to its key (S-16).
    if (!SPAREKEY_LEFT_OUT("slot-commitment") &&
        !equal_constant_time(keys.commitment, slot.commitment)) {
        return std::optional<VaultKey>();
    }
    const auto opened = aead::open(keys.wrapping.expose(), slot.wrapped_key,
                                   encode_slot_context(slots.vault, slot));
    if (!opened || opened->size() != VaultKey::kSize) return std::optional<VaultKey>();
    return std::optional<VaultKey>(VaultKey::from_bytes(opened->expose().first<VaultKey::kSize>()));
}

std::string_view refusal(SlotKind kind) {
    switch (kind) {
        case SlotKind::password:
            return "the master password does not open this vault";
        case SlotKind::recovery:
            return "the recovery code does not open this vault";
        case SlotKind::key_file:
            return "the key file does not open this vault";
    }
    return "this does not open the vault";
}

}  // namespace

Result<KeySlot> make_slot(const VaultId& vault, const VaultKey& key, std::uint32_t generation,
                          const Credential& credential, const SecretBytes& secret_key,
                          const KdfCost& cost, std::uint64_t now_ms, Random& random) {
    SPAREKEY_CHECK(check_material(credential));
    KeySlot slot;
    slot.id = SlotId::random(random);
    slot.kind = credential.kind;
    slot.created_ms = now_ms;
    slot.generation = generation;
    if (slot.kind == SlotKind::password) {
        if (!within_bounds(cost, kKdfFloor)) {
            return unexpected(ErrorCode::usage, "the key derivation cost is out of bounds",
                              "64MiB to 1GiB, 3 to 16 passes, at most 8GiB in their product");
        }
        slot.cost = cost;
        slot.salt = random.bytes<kKdfSaltSize>();
    }
    const SigningSeed opener = opener_seed(vault, slot.kind, long_secret(credential, secret_key));
    slot.opener = signing_public_key(opener.expose());
    SPAREKEY_TRY(const SlotKeys keys,
                 derive({vault, slot.id, slot.kind, slot.salt, slot.cost}, credential, secret_key));
    slot.commitment = keys.commitment;
    slot.wrapped_key =
        aead::seal(keys.wrapping.expose(), key.expose(), encode_slot_context(vault, slot), random);
    return slot;
}

Result<OpenedSlot> open_slots(const KeySlots& slots, const Credential& credential) {
    if (!SPAREKEY_LEFT_OUT("slot-costs") && !costs_are_sane(slots)) {
        return unexpected(ErrorCode::integrity,
                          "keyslots asks for a key derivation out of all bounds",
                          "restore the vault from a backup");
    }
    SPAREKEY_CHECK(check_material(credential));
    for (const KeySlot& slot : slots.slots) {
        if (slot.kind != credential.kind) continue;
        SPAREKEY_TRY(std::optional<VaultKey> key, try_slot(slots, slot, credential));
        if (key) return OpenedSlot{std::move(*key), slot.id};
    }
    return unexpected(ErrorCode::locked, std::string(refusal(credential.kind)));
}

SigningSeed opener_seed(const VaultId& vault, SlotKind kind, ByteView long_secret) {
    // The password's opener comes from the Secret Key; its label says so.
    const std::string info = kind == SlotKind::password
                                 ? "sparekey/v1/opener/secret-key"
                                 : "sparekey/v1/opener/" + std::string(slot_kind_name(kind));
    SigningSeed seed;
    hkdf_sha256(long_secret, vault.bytes, bytes_of(info), seed.expose_mutable());
    return seed;
}

Bytes seal_device_secrets(const VaultKey& key, const KeySlots& slots, const DeviceSecrets& secrets,
                          Random& random) {
    return aead::seal(wrapping_key(key, kDeviceLabel).expose(), encode(secrets).expose(),
                      wrap_context(kDeviceLabel, slots.vault, slots.generation), random);
}

Result<DeviceSecrets> open_device_secrets(const VaultKey& key, const KeySlots& slots) {
    SPAREKEY_TRY(const SecretBytes opened,
                 aead::open(wrapping_key(key, kDeviceLabel).expose(), slots.sealed_device,
                            wrap_context(kDeviceLabel, slots.vault, slots.generation)));
    return decode_device_secrets(opened.expose());
}

Bytes seal_keyring(const VaultKey& key, const VaultId& vault, std::uint32_t generation,
                   const Keyring& keyring, Random& random) {
    return aead::seal(wrapping_key(key, kKeyringLabel).expose(), encode(keyring).expose(),
                      wrap_context(kKeyringLabel, vault, generation), random);
}

Result<Keyring> open_keyring(const VaultKey& key, const VaultId& vault, std::uint32_t generation,
                             ByteView sealed) {
    SPAREKEY_TRY(const SecretBytes opened,
                 aead::open(wrapping_key(key, kKeyringLabel).expose(), sealed,
                            wrap_context(kKeyringLabel, vault, generation)));
    return decode_keyring(opened.expose());
}

}  // namespace sparekey::core
