#include "core/crypto/hmac.h"

#include "core/base/error.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace sparekey::core {
namespace {

const EVP_MD* digest(HmacHash hash) {
    switch (hash) {
        case HmacHash::sha1:
            return EVP_sha1();
        case HmacHash::sha256:
            return EVP_sha256();
        case HmacHash::sha512:
            return EVP_sha512();
    }
    return EVP_sha1();
}

}  // namespace

Bytes hmac(HmacHash hash, ByteView key, ByteView message) {
    Bytes code(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    // OpenSSL takes a null key for "the last one used".
    static constexpr std::uint8_t kEmpty = 0;
    const std::uint8_t* const key_data = key.empty() ? &kEmpty : key.data();
    if (HMAC(digest(hash), key_data, static_cast<int>(key.size()), message.data(), message.size(),
             code.data(), &size) == nullptr) {
        throw SystemFailure("HMAC failed");
    }
    code.resize(size);
    return code;
}

}  // namespace sparekey::core
