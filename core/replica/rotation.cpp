#include "core/replica/rotation.h"

#include "core/codec/archive.h"
#include "core/codec/codec.h"
#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::core {
namespace {

SecretBytes random_secret(Random& random) {
    SecretBytes secret(kSecretKeySize);
    random.fill(secret.expose_mutable());
    return secret;
}

/// The old keys, for what was sealed and signed with them, and the new ones after them.
Result<Keyring> renewed(const Keyring& keyring, Random& random) {
    SPAREKEY_TRY(Keyring next, decode_keyring(encode(keyring).expose()));
    next.account.push_back(SigningSeed::random(random));
    next.epochs.push_back(EpochKey::random(random));
    next.secret_key = random_secret(random);
    next.recovery_code = random_secret(random);
    return next;
}

Hash hash_of(const RosterParts& parts) {
    const Hash slots = sha256(parts.slots);
    const Hash keyring = sha256(parts.keyring);
    Bytes both(slots.begin(), slots.end());
    both.insert(both.end(), keyring.begin(), keyring.end());
    return sha256(both);
}

Rotation get_rotation(codec::Reader& archive) {
    Rotation rotation;
    codec::get(archive, rotation.key);
    rotation.parts.slots = codec::get_plain(archive, kLargestSlots);
    rotation.parts.keyring = codec::get_plain(archive, kLargestKeyring);
    codec::get(archive, rotation.replaced);
    return rotation;
}

}  // namespace

Result<Rotation> make_rotation(const RotationSource& source,
                               std::span<const Credential> credentials, std::uint64_t now_ms,
                               Random& random) {
    Rotation rotation;
    rotation.key = VaultKey::random(random);
    rotation.replaced = hash_of(source.parts);
    SPAREKEY_TRY(const Keyring keyring, renewed(source.keyring, random));
    AccountSlots slots{source.slots.vault, source.slots.generation + 1, source.slots.policy, {}};
    const KdfCost cost = at_least(slots.policy, kKdfFloor);
    const auto add = [&](const Credential& credential) -> Result<void> {
        SPAREKEY_TRY(KeySlot slot, make_slot(slots.vault, rotation.key, slots.generation,
                                             credential, keyring.secret_key, cost, now_ms, random));
        slots.slots.push_back(std::move(slot));
        return {};
    };
    for (const Credential& credential : credentials) SPAREKEY_CHECK(add(credential));
    SPAREKEY_CHECK(add({SlotKind::recovery, keyring.recovery_code.clone()}));
    rotation.parts = {encode(slots),
                      seal_keyring(rotation.key, slots.vault, slots.generation, keyring, random)};
    return rotation;
}

bool fits(const Rotation& rotation, const RosterParts& parts) {
    return rotation.replaced == hash_of(parts);
}

SecretBytes encode(const Rotation& rotation) {
    codec::Writer archive;
    codec::put(archive, rotation.key);
    codec::put_bytes(archive, rotation.parts.slots);
    codec::put_bytes(archive, rotation.parts.keyring);
    codec::put(archive, rotation.replaced);
    return std::move(archive).take();
}

Result<Rotation> decode_rotation(ByteView bytes) {
    return codec::decode_whole<Rotation>(bytes, get_rotation);
}

}  // namespace sparekey::core
