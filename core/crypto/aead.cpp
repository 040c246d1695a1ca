#include "core/crypto/aead.h"

#include <sodium.h>

#include <algorithm>

namespace sparekey::core::aead {

Bytes seal_with_nonce(KeyView key, std::span<const std::uint8_t, kNonceSize> nonce,
                      ByteView plaintext, ByteView associated) {
    Bytes sealed(kOverhead + plaintext.size());
    std::copy(nonce.begin(), nonce.end(), sealed.begin());
    unsigned long long written = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed.data() + kNonceSize, &written, plaintext.data(), plaintext.size(), associated.data(),
        associated.size(), nullptr, nonce.data(), key.data());
    return sealed;
}

Bytes seal(KeyView key, ByteView plaintext, ByteView associated, Random& random) {
    return seal_with_nonce(key, random.bytes<kNonceSize>(), plaintext, associated);
}

Result<SecretBytes> open(KeyView key, ByteView sealed, ByteView associated) {
    const auto refusal = [] { return unexpected(ErrorCode::integrity, "sealed data is damaged"); };
    if (sealed.size() < kOverhead) return refusal();
    SecretBytes plaintext(sealed.size() - kOverhead);
    unsigned long long written = 0;
    const int outcome = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plaintext.expose_mutable().data(), &written, nullptr, sealed.data() + kNonceSize,
        sealed.size() - kNonceSize, associated.data(), associated.size(), sealed.data(),
        key.data());
    if (outcome != 0) return refusal();
    return plaintext;
}

}  // namespace sparekey::core::aead
