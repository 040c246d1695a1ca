// The bytes of the `keyslots` file: magic ‖ body ‖ MAC under VK ‖ SHA-256 of all before.
//
// The checksum tells damage (exit 8) from a wrong password before anything is asked; the MAC, which
// needs VK, tells tampering.
#pragma once

#include "core/vault/slots.h"

namespace sparekey::core {

/// A file larger than this is not ours.
inline constexpr std::size_t kLargestKeySlotsFile = 64 * 1024;

Bytes write_key_slots_file(const KeySlots& slots, const VaultKey& key);

/// What can be read before the vault is opened. ErrorCode::integrity for anything that
/// write_key_slots_file did not write.
struct KeySlotsFile {
    KeySlots slots;
    Bytes body;
    Hash mac;
};
Result<KeySlotsFile> read_key_slots_file(ByteView bytes);

/// ErrorCode::integrity if the MAC does not fit: the file was changed by somebody without VK.
Result<void> verify_key_slots_file(const KeySlotsFile& file, const VaultKey& key);

}  // namespace sparekey::core
