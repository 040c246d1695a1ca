// Sealing to an X25519 public key: anybody can seal, only the holder of the secret can open.
//
// As libsodium's crypto_box_seal, but with a label and associated data, so that what was sealed for
// one purpose, device or step opens for no other. An ephemeral key pair e, E for each box:
//
//     key = HKDF-SHA256(X25519(e, R), salt = E ‖ R, info = label)
//     box = E (32) ‖ XChaCha20-Poly1305(key, plaintext, associated data)
//
// It says nothing about who sealed: who must know signs the box.
#pragma once

#include "core/base/result.h"
#include "core/crypto/aead.h"
#include "core/crypto/keypair.h"

namespace sparekey::core::sealed_box {

inline constexpr std::size_t kOverhead = sizeof(BoxPublicKey) + aead::kOverhead;  // 72 bytes

/// ErrorCode::integrity if `recipient` is one of the few points that no secret belongs to.
Result<Bytes> seal(const BoxPublicKey& recipient, std::string_view label, ByteView plaintext,
                   ByteView associated, Random& random);

/// ErrorCode::integrity, always with the same words.
Result<SecretBytes> open(SeedView secret, std::string_view label, ByteView sealed,
                         ByteView associated);

}  // namespace sparekey::core::sealed_box
