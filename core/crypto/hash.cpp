#include "core/crypto/hash.h"

#include "core/base/error.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace sparekey::core {

// OpenSSL's low-level SHA-256 is deprecated in 3.0 but has no fetch, no allocation and the same
// code behind it; a Merkle bucket or a leaf is hashed many thousand times in one command.
struct Sha256::Context {
    SHA256_CTX state;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

Hash sha256(std::initializer_list<ByteView> parts) {
    SHA256_CTX state;
    SHA256_Init(&state);
    for (const ByteView part : parts) SHA256_Update(&state, part.data(), part.size());
    Hash digest;
    SHA256_Final(digest.data(), &state);
    return digest;
}

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    SHA256_Init(&context_->state);
}
Sha256::~Sha256() {
    if (context_) sodium_memzero(context_.get(), sizeof(Context));
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView bytes) {
    SHA256_Update(&context_->state, bytes.data(), bytes.size());
}

Hash Sha256::finish() {
    Hash digest;
    SHA256_Final(digest.data(), &context_->state);
    return digest;
}

#pragma GCC diagnostic pop

namespace {

struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Mac = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

/// HMAC-SHA256 without a key yet: looked up once a process, since that costs more than a use.
const EVP_MAC_CTX* keyless_mac() {
    static const Mac context = [] {
        const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(
            EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
        Mac made(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
        char digest[] = "SHA256";
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_end()};
        if (!made || EVP_MAC_CTX_set_params(made.get(), parameters) != 1) {
            throw SystemFailure("OpenSSL offers no HMAC");
        }
        return made;
    }();
    return context.get();
}

Mac keyed_mac(ByteView key) {
    // OpenSSL takes a null key for "the last one used".
    static constexpr std::uint8_t kEmpty = 0;
    Mac context(EVP_MAC_CTX_dup(keyless_mac()));
    if (!context ||
        EVP_MAC_init(context.get(), key.empty() ? &kEmpty : key.data(), key.size(), nullptr) != 1) {
        throw SystemFailure("HMAC failed");
    }
    return context;
}

/// `context` has its key and no message yet.
Hash code_of(EVP_MAC_CTX* context, std::initializer_list<ByteView> parts) {
    bool done = true;
    for (const ByteView part : parts) {
        done = done && EVP_MAC_update(context, part.data(), part.size()) == 1;
    }
    Hash digest;
    std::size_t size = 0;
    if (!done || EVP_MAC_final(context, digest.data(), &size, digest.size()) != 1) {
        throw SystemFailure("HMAC failed");
    }
    return digest;
}

EVP_KDF* hkdf() {
    static EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    return kdf;
}

}  // namespace

Hash hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
    return code_of(keyed_mac(key).get(), parts);
}

HmacSha256::HmacSha256(ByteView key) : context_(keyed_mac(key).release()) {}

Hash HmacSha256::of(std::initializer_list<ByteView> parts) {
    // Without a key: the message begins anew, under the same one.
    if (EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1) throw SystemFailure("HMAC failed");
    return code_of(context_.get(), parts);
}

void HmacSha256::Free::operator()(evp_mac_ctx_st* context) const {
    EVP_MAC_CTX_free(context);
}

void hkdf_sha256(ByteView key_material, ByteView salt, ByteView info, MutableBytes out) {
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
        hkdf() == nullptr ? nullptr : EVP_KDF_CTX_new(hkdf()), &EVP_KDF_CTX_free);
    if (!context) throw SystemFailure("OpenSSL offers no HKDF");
    char digest[] = "SHA256";
    const auto octets = [](const char* name, ByteView bytes) {
        return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                                 bytes.size());
    };
    // An absent salt is not an empty one to OpenSSL 3.0, which refuses empty strings.
    OSSL_PARAM parameters[5];
    std::size_t count = 0;
    parameters[count++] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
    parameters[count++] = octets(OSSL_KDF_PARAM_KEY, key_material);
    if (!salt.empty()) parameters[count++] = octets(OSSL_KDF_PARAM_SALT, salt);
    if (!info.empty()) parameters[count++] = octets(OSSL_KDF_PARAM_INFO, info);
    parameters[count] = OSSL_PARAM_construct_end();
    if (EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) != 1) {
        throw SystemFailure("HKDF failed");
    }
}

}  // namespace sparekey::core
