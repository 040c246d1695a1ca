#include "core/crypto/aes.h"

#include "core/base/error.h"

#include <openssl/evp.h>

#include <memory>

namespace sparekey::core {

SecretBytes aes256_decrypt(AesMode mode, std::span<const std::uint8_t, 32> key,
                           std::span<const std::uint8_t, kAesBlock> start, ByteView encrypted) {
    const EVP_CIPHER* const cipher = mode == AesMode::ctr ? EVP_aes_256_ctr() : EVP_aes_256_cbc();
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    SecretBytes plain(encrypted.size());
    int size = 0;
    if (!context ||
        EVP_DecryptInit_ex(context.get(), cipher, nullptr, key.data(), start.data()) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
        EVP_DecryptUpdate(context.get(), plain.expose_mutable().data(), &size, encrypted.data(),
                          static_cast<int>(encrypted.size())) != 1 ||
        static_cast<std::size_t>(size) != plain.size()) {
        throw SystemFailure("AES decryption failed");
    }
    return plain;
}

}  // namespace sparekey::core
