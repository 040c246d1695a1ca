// The one bounded codec: everything that is sealed, signed, hashed or read from outside passes
// here.
//
// Little-endian, deterministic (the same value always gives the same bytes), lengths
// checked against the bytes that are left before anything is allocated, trailing bytes refused.
// docs/FORMAT.md has the layout byte by byte. Decoding gives ErrorCode::integrity, nothing else.
#pragma once

#include "core/base/result.h"
#include "core/model/item_state.h"
#include "core/model/key_slots.h"
#include "core/model/keyring.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::core {

/// The layout in which the state of an item is written. That of schema 1, where each value names
/// its device in whole, is read as well.
inline constexpr std::uint8_t kItemSchema = 2;
SecretBytes encode(const ItemState& state);
Result<ItemState> decode_item_state(ByteView bytes, std::uint8_t schema);

SecretBytes encode(const HistoryEntry& entry);
Result<HistoryEntry> decode_history_entry(ByteView bytes);

/// The plaintext of one chunk of an attachment.
struct AttachmentChunk {
    RecordId item;
    std::uint32_t index = 0;
    SecretBytes data;
};
SecretBytes encode(const AttachmentChunk& chunk);
Result<AttachmentChunk> decode_attachment_chunk(ByteView bytes);

SecretBytes encode(const Keyring& keyring);
Result<Keyring> decode_keyring(ByteView bytes);

SecretBytes encode(const DeviceSecrets& secrets);
Result<DeviceSecrets> decode_device_secrets(ByteView bytes);

/// The `keyslots` file without its MAC and checksum, which core/vault/key_slots_file.h adds.
Bytes encode(const KeySlots& slots);
Result<KeySlots> decode_key_slots(ByteView bytes);

/// The slots as they are synced; the roster names the SHA-256 of these bytes.
Bytes encode(const AccountSlots& slots);
Result<AccountSlots> decode_account_slots(ByteView bytes);

/// The associated data of a slot's AEAD: suite, vault id, slot id, kind, KDF parameters,
/// generation, opener.
Bytes encode_slot_context(const VaultId& vault, const KeySlot& slot);

/// The associated data of a record's blob.
struct RecordContext {
    VaultId vault;
    RecordId record;
    std::uint32_t epoch = 0;
    std::uint64_t version = 0;
};
Bytes encode(const RecordContext& context);

}  // namespace sparekey::core
