// XChaCha20-Poly1305 (IETF), by libsodium: the one cipher for slots, the keyring and records.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/ports/random.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::core::aead {

inline constexpr std::size_t kKeySize = 32;
inline constexpr std::size_t kNonceSize = 24;
inline constexpr std::size_t kTagSize = 16;
inline constexpr std::size_t kOverhead = kNonceSize + kTagSize;

using KeyView = std::span<const std::uint8_t, kKeySize>;

/// nonce (24, random) ‖ ciphertext ‖ tag (16).
Bytes seal(KeyView key, ByteView plaintext, ByteView associated, Random& random);

/// The plaintext, or ErrorCode::integrity, always with the same words: which part did not fit is
/// nobody's business.
Result<SecretBytes> open(KeyView key, ByteView sealed, ByteView associated);

/// With the nonce given: for test vectors; seal() is for everything else.
Bytes seal_with_nonce(KeyView key, std::span<const std::uint8_t, kNonceSize> nonce,
                      ByteView plaintext, ByteView associated);

}  // namespace sparekey::core::aead
