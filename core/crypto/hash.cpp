#include "core/crypto/hash.h"

#include "core/base/error.h"
#include "core/secret/secret_bytes.h"

#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>
#include <array>

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
constexpr std::uint8_t kInnerPad = 0x36, kOuterPad = 0x5c;
constexpr std::size_t kMostExpanded = 255 * Hash().size();

/// HMAC-SHA256 of these (RFC 2104): OpenSSL's own allocates, copies and cleans contexts, which
/// takes three times as long as hashing a short text, and an import needs twenty of them for an
/// item.
class HmacSha256 {
  public:
    explicit HmacSha256(ByteView key) {
        if (key.size() > kBlock) {
            const Hash digest = sha256(key);
            std::copy(digest.begin(), digest.end(), block_.begin());
        } else {
            std::copy(key.begin(), key.end(), block_.begin());
        }
        begin(kInnerPad);
    }
    ~HmacSha256() {
        sodium_memzero(block_.data(), block_.size());
        sodium_memzero(&state_, sizeof state_);
    }
    HmacSha256(const HmacSha256&) = delete;
    HmacSha256& operator=(const HmacSha256&) = delete;

    void update(ByteView bytes) { SHA256_Update(&state_, bytes.data(), bytes.size()); }
    Hash finish() {
        Hash digest;
        SHA256_Final(digest.data(), &state_);
        begin(kInnerPad ^ kOuterPad);
        update(digest);
        SHA256_Final(digest.data(), &state_);
        return digest;
    }

  private:
    void begin(std::uint8_t pad) {
        for (std::uint8_t& byte : block_) byte ^= pad;
        SHA256_Init(&state_);
        update(block_);
    }

    std::array<std::uint8_t, kBlock> block_{};  // the key under the pad of the hash that runs
    SHA256_CTX state_;
};

}  // namespace

#pragma GCC diagnostic pop

Hash hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
    HmacSha256 mac(key);
    for (const ByteView part : parts) mac.update(part);
    return mac.finish();
}

void hkdf_sha256(ByteView key_material, ByteView salt, ByteView info, MutableBytes out) {
    if (out.size() > kMostExpanded) throw SystemFailure("HKDF makes at most 8,160 bytes");
    // No salt is as many zeros as a hash has bytes, which HMAC fills up to a block like no key.
    Hash extracted = hmac_sha256(salt, {key_material});
    Hash piece{};
    std::uint8_t number = 0;
    while (!out.empty()) {
        const ByteView last = number == 0 ? ByteView() : ByteView(piece);
        ++number;
        piece = hmac_sha256(extracted, {last, info, ByteView(&number, 1)});
        const std::size_t size = std::min(out.size(), piece.size());
        std::copy_n(piece.begin(), size, out.begin());
        out = out.subspan(size);
    }
    wipe(extracted);
    wipe(piece);
}

}  // namespace sparekey::core
