#include "core/codec/archive.h"
#include "core/codec/codec.h"

namespace sparekey::core {

using codec::get;
using codec::plain;
using codec::put;
using codec::Reader;
using codec::require;
using codec::Writer;

namespace {

constexpr std::size_t kMostGenerations = 10000;
constexpr std::size_t kSlotSize = 16 + 1 + 8 + 4 + 16 + 12 + 32 + 32 + 4;
constexpr std::size_t kLongestSealed = 4096;

void put(Writer& archive, const KdfCost& cost) {
    archive(cost.memory, cost.passes);
}
void get(Reader& archive, KdfCost& cost) {
    archive(cost.memory, cost.passes);
}

void put(Writer& archive, const KeySlot& slot) {
    put(archive, slot.id.bytes);
    archive(static_cast<std::uint8_t>(slot.kind), slot.created_ms, slot.generation);
    put(archive, slot.salt);
    put(archive, slot.cost);
    put(archive, slot.opener);
    put(archive, slot.commitment);
    codec::put_bytes(archive, slot.wrapped_key);
}

KeySlot get_slot(Reader& archive) {
    KeySlot slot;
    get(archive, slot.id.bytes);
    slot.kind = static_cast<SlotKind>(archive.number<std::uint8_t>());
    require(slot.kind >= SlotKind::password && slot.kind <= SlotKind::key_file);
    archive(slot.created_ms, slot.generation);
    get(archive, slot.salt);
    get(archive, slot.cost);
    get(archive, slot.opener);
    get(archive, slot.commitment);
    slot.wrapped_key = codec::get_plain(archive, kLongestSealed);
    return slot;
}

void put(Writer& archive, const AccountSlots& shared) {
    archive(kSuite);
    put(archive, shared.vault.bytes);
    archive(shared.generation);
    put(archive, shared.policy);
    archive.length(shared.slots.size());
    for (const KeySlot& slot : shared.slots) put(archive, slot);
}

AccountSlots get_account_slots(Reader& archive) {
    require(archive.number<std::uint8_t>() == kSuite);
    AccountSlots shared;
    get(archive, shared.vault.bytes);
    archive(shared.generation);
    get(archive, shared.policy);
    for (std::size_t left = archive.length(kSlotSize, kMostSlots); left > 0; --left) {
        shared.slots.push_back(get_slot(archive));
    }
    return shared;
}

KeySlots get_slots(Reader& archive) {
    AccountSlots shared = get_account_slots(archive);
    KeySlots slots{shared.vault, shared.generation, shared.policy, std::move(shared.slots), {}, {}};
    slots.secret_key = SecretBytes::copy_of(archive.bytes(kSecretKeySize));
    slots.sealed_device = codec::get_plain(archive, kLongestSealed);
    return slots;
}

template <class Keys>
void put_keys(Writer& archive, const Keys& keys) {
    archive.length(keys.size());
    for (const auto& key : keys) put(archive, key);
}

template <class Keys>
void get_keys(Reader& archive, Keys& keys) {
    const std::size_t count = archive.length(32, kMostGenerations);
    require(count > 0);
    for (std::size_t i = 0; i < count; ++i) get(archive, keys.emplace_back());
}

Keyring get_keyring(Reader& archive) {
    Keyring keyring;
    get_keys(archive, keyring.account);
    get_keys(archive, keyring.epochs);
    keyring.secret_key = SecretBytes::copy_of(archive.bytes(kSecretKeySize));
    keyring.recovery_code = SecretBytes::copy_of(archive.bytes(kSecretKeySize));
    get(archive, keyring.id_key);
    return keyring;
}

}  // namespace

Bytes encode(const KeySlots& slots) {
    Writer archive;
    put(archive, AccountSlots::of(slots));
    archive.bytes(slots.secret_key.expose());
    codec::put_bytes(archive, slots.sealed_device);
    return plain(std::move(archive));
}

Result<KeySlots> decode_key_slots(ByteView bytes) {
    return codec::decode_whole<KeySlots>(bytes, get_slots);
}

Bytes encode(const AccountSlots& slots) {
    Writer archive;
    put(archive, slots);
    return plain(std::move(archive));
}

Result<AccountSlots> decode_account_slots(ByteView bytes) {
    return codec::decode_whole<AccountSlots>(bytes, get_account_slots);
}

Bytes encode_slot_context(const VaultId& vault, const KeySlot& slot) {
    Writer archive;
    archive(kSuite);
    put(archive, vault.bytes);
    put(archive, slot.id.bytes);
    archive(static_cast<std::uint8_t>(slot.kind), slot.generation);
    put(archive, slot.salt);
    put(archive, slot.cost);
    put(archive, slot.opener);
    return plain(std::move(archive));
}

SecretBytes encode(const Keyring& keyring) {
    Writer archive;
    put_keys(archive, keyring.account);
    put_keys(archive, keyring.epochs);
    archive.bytes(keyring.secret_key.expose());
    archive.bytes(keyring.recovery_code.expose());
    put(archive, keyring.id_key);
    return std::move(archive).take();
}

Result<Keyring> decode_keyring(ByteView bytes) {
    return codec::decode_whole<Keyring>(bytes, get_keyring);
}

SecretBytes encode(const DeviceSecrets& secrets) {
    Writer archive;
    put(archive, secrets.database);
    put(archive, secrets.signing);
    put(archive, secrets.box);
    return std::move(archive).take();
}

Result<DeviceSecrets> decode_device_secrets(ByteView bytes) {
    return codec::decode_whole<DeviceSecrets>(bytes, [](Reader& archive) {
        DeviceSecrets secrets;
        get(archive, secrets.database);
        get(archive, secrets.signing);
        get(archive, secrets.box);
        return secrets;
    });
}

Bytes encode(const RecordContext& context) {
    constexpr std::uint8_t kFormat = 1;
    Writer archive;
    archive.bytes(bytes_of("sparekey/v1/record"));
    archive(kSuite, kFormat);
    put(archive, context.vault.bytes);
    put(archive, context.record.bytes);
    archive(context.epoch, context.version);
    return plain(std::move(archive));
}

}  // namespace sparekey::core
