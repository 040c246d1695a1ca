// AES-256 in counter and in CBC mode, by OpenSSL: to read what other programs encrypted, and for
// nothing else. Neither mode notices a change.
#pragma once

#include "core/base/bytes.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::core {

enum class AesMode { ctr, cbc };

inline constexpr std::size_t kAesBlock = 16;  // bytes

/// `encrypted` is a whole number of blocks. Throws SystemFailure if OpenSSL refuses.
SecretBytes aes256_decrypt(AesMode mode, std::span<const std::uint8_t, 32> key,
                           std::span<const std::uint8_t, kAesBlock> start, ByteView encrypted);

}  // namespace sparekey::core
