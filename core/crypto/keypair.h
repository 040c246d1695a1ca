// Ed25519 signatures (RFC 8032) and X25519 public keys (RFC 7748), by libsodium.
//
// A private key is its 32-byte seed, a Key<Tag>. Every signature is over a label ‖ message, so that
// one made for one purpose says nothing for another.
#pragma once

#include "core/base/bytes.h"
#include "core/secret/key.h"

namespace sparekey::core {

using SigningPublicKey = std::array<std::uint8_t, 32>;
using BoxPublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
using SeedView = std::span<const std::uint8_t, 32>;

SigningPublicKey signing_public_key(SeedView seed);
Signature sign(SeedView seed, std::string_view label, ByteView message);
/// Strict (libsodium refuses small-order keys and non-canonical encodings).
bool verify(const SigningPublicKey& key, std::string_view label, ByteView message,
            const Signature& signature);

/// The public half of an X25519 secret of 32 random bytes.
BoxPublicKey box_public_key(SeedView secret);

}  // namespace sparekey::core
