// RSA signatures, PKCS#1 v1.5 with SHA-256 or SHA-512 (RFC 8017 section 8.2), by OpenSSL.
//
// Numbers are big-endian without leading zeros. SHA-1 is not offered. A key is made by OpenSSL's
// own generator, which takes no other source; it is seeded by the system's.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::core {

struct RsaPublicKey {
    Bytes modulus;
    Bytes exponent;

    friend bool operator==(const RsaPublicKey&, const RsaPublicKey&) = default;
};

struct RsaKey {
    RsaPublicKey public_key;
    SecretBytes exponent;  // d
    SecretBytes p, q;
    SecretBytes coefficient;  // q⁻¹ mod p
};

enum class RsaHash { sha256, sha512 };

inline constexpr std::size_t kRsaLeastBits = 2048;
inline constexpr std::size_t kRsaMostBits = 16384;

std::size_t modulus_bits(const RsaPublicKey& key);
/// 2048 to 16384 bits, odd; the exponent odd, from 3 on, at most 64 bits, as OpenSSL has it for
/// large keys. ErrorCode::usage otherwise.
Result<void> check_public_key(const RsaPublicKey& key);

/// `bits` is a multiple of 8 within the bounds; the exponent is 65537. Takes about a second.
RsaKey rsa_generate(std::size_t bits);

/// The numbers belong together: n = pq, de ≡ 1 modulo p−1 and q−1, q·coefficient ≡ 1 modulo p, and
/// p and q are of a size. ErrorCode::usage otherwise.
Result<void> check_key(const RsaKey& key);
/// Everything that OpenSSL can check of a key, most of all that p and q are prime: about a quarter
/// of a second for 4096 bits, and many seconds for 16384, so only where a key is taken in.
/// ErrorCode::usage otherwise.
Result<void> check_primes(const RsaKey& key);

/// As long as the modulus. ErrorCode::failed if OpenSSL refuses the key.
Result<Bytes> rsa_sign(const RsaKey& key, RsaHash hash, ByteView message);
bool rsa_verify(const RsaPublicKey& key, RsaHash hash, ByteView message, ByteView signature);

}  // namespace sparekey::core
