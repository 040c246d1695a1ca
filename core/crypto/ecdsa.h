// ECDSA (FIPS 186-4) on the NIST curves P-256, P-384 and P-521, by OpenSSL, with the hash that RFC
// 5656 section 6.2.1 gives each curve.
//
// A private key is its scalar as a big-endian number, a public key its uncompressed point (SEC 1,
// section 2.3.3). The nonce is drawn by OpenSSL's own generator, hedged with key and message.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/ports/random.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::core {

enum class Curve { p256, p384, p521 };

/// Bytes of a coordinate: 32, 48 or 66.
std::size_t field_size(Curve curve);

struct EcdsaPublicKey {
    Curve curve = Curve::p256;
    Bytes point;

    friend bool operator==(const EcdsaPublicKey&, const EcdsaPublicKey&) = default;
};

struct EcdsaSignature {
    Bytes r, s;  // big-endian numbers
};

/// Uncompressed, and on the curve (whose cofactor is 1, so nothing else is to be checked).
bool is_valid(const EcdsaPublicKey& key);

/// Uniform in 1 … n−1, by rejection; without leading zeros.
SecretBytes ecdsa_generate(Curve curve, Random& random);

/// ErrorCode::usage for a scalar outside of 1 … n−1.
Result<EcdsaPublicKey> ecdsa_public_key(Curve curve, ByteView scalar);

/// ErrorCode::failed if OpenSSL refuses the key.
Result<EcdsaSignature> ecdsa_sign(const EcdsaPublicKey& key, ByteView scalar, ByteView message);
bool ecdsa_verify(const EcdsaPublicKey& key, ByteView message, const EcdsaSignature& signature);

}  // namespace sparekey::core
