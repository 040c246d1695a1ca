// SHA-256, HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869), all of OpenSSL, which uses the
// processor's instructions for them.
#pragma once

#include "core/base/bytes.h"
#include "core/secret/key.h"

#include <initializer_list>
#include <memory>

struct evp_mac_ctx_st;

namespace sparekey::core {

/// SHA-256 over the concatenation of `parts`.
Hash sha256(std::initializer_list<ByteView> parts);
inline Hash sha256(ByteView bytes) {
    return sha256({bytes});
}

/// SHA-256 over bytes that come piece by piece.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(ByteView bytes);
    Hash finish();

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// HMAC-SHA256 over the concatenation of `parts`; a key of any length (RFC 2104).
Hash hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

/// The same for very many messages under one key, which is set up once. What is made of it lies in
/// OpenSSL's memory, wiped in the end but not locked as a Key is: not to be kept for long.
class HmacSha256 {
  public:
    explicit HmacSha256(ByteView key);
    Hash of(std::initializer_list<ByteView> parts);

  private:
    struct Free {
        void operator()(evp_mac_ctx_st* context) const;
    };
    std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

/// HKDF-SHA256, extract then expand (RFC 5869). `out` holds at most 8,160 bytes, else
/// SystemFailure.
void hkdf_sha256(ByteView key_material, ByteView salt, ByteView info, MutableBytes out);

}  // namespace sparekey::core
