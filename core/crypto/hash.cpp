#include "core/crypto/hash.h"

#include "core/base/error.h"
#include "core/secret/secret_bytes.h"

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

namespace {

constexpr std::size_t kBlock = 64;  // bytes that SHA-256 takes at once

/// RFC 2104: what is hashed before the message, and before its digest.
void start(ByteView key, SHA256_CTX& inner, SHA256_CTX& outer) {
    std::uint8_t pad[kBlock] = {};
    if (key.size() > kBlock) {
        SHA256_Init(&inner);
        SHA256_Update(&inner, key.data(), key.size());
        SHA256_Final(pad, &inner);
    } else if (!key.empty()) {
        std::memcpy(pad, key.data(), key.size());
    }
    for (std::uint8_t& byte : pad) byte ^= 0x36;
    SHA256_Init(&inner);
    SHA256_Update(&inner, pad, kBlock);
    for (std::uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
    SHA256_Init(&outer);
    SHA256_Update(&outer, pad, kBlock);
    sodium_memzero(pad, sizeof pad);
}

Hash finish(SHA256_CTX& inner, SHA256_CTX& outer, std::initializer_list<ByteView> parts) {
    Hash digest;
    for (const ByteView part : parts) SHA256_Update(&inner, part.data(), part.size());
    SHA256_Final(digest.data(), &inner);  // in place of what the key left there
    SHA256_Update(&outer, digest.data(), digest.size());
    SHA256_Final(digest.data(), &outer);
    return digest;
}

}  // namespace

HmacKey::HmacKey(ByteView key) : states_(2 * sizeof(SHA256_CTX)) {
    auto* const states = reinterpret_cast<SHA256_CTX*>(states_.expose_mutable().data());
    static_assert(alignof(SHA256_CTX) <= 16 && sizeof(SHA256_CTX) % 16 == 0,
                  "guarded memory is aligned as its size is");
    start(key, states[0], states[1]);
}

Hash HmacKey::of(std::initializer_list<ByteView> parts) const {
    SHA256_CTX states[2];
    std::memcpy(states, states_.expose().data(), sizeof states);
    return finish(states[0], states[1], parts);
}

Hash hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
    SHA256_CTX inner;
    SHA256_CTX outer;
    start(key, inner, outer);
    return finish(inner, outer, parts);
}

#pragma GCC diagnostic pop

void hkdf_sha256(ByteView key_material, ByteView salt, ByteView info, MutableBytes out) {
    if (out.size() > 255 * sizeof(Hash)) throw SystemFailure("HKDF gives at most 8,160 bytes");
    Hash key = hmac_sha256(salt, {key_material});
    Hash block;
    ByteView last;
    for (std::uint8_t count = 1; !out.empty(); ++count) {
        block = hmac_sha256(key, {last, info, ByteView(&count, 1)});
        last = block;
        const std::size_t size = std::min(out.size(), block.size());
        std::memcpy(out.data(), block.data(), size);
        out = out.subspan(size);
    }
    wipe(key);
    wipe(block);
}

}  // namespace sparekey::core
