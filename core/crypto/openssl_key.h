// OpenSSL's keys and big numbers behind types that free and wipe them. Private to core/crypto.
//
// A key is made from its numbers (big-endian, as the wire has them) each time that it is used: the
// numbers are ours and wiped by us, and OpenSSL's copies end with the call.
#pragma once

#include "core/secret/secret_bytes.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <vector>

namespace sparekey::core::openssl {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using EvpKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using NumberContext = std::unique_ptr<BN_CTX, Freed<BN_CTX_free>>;

/// Throws SystemFailure without memory. Secret arithmetic with it takes OpenSSL's constant-time
/// way.
Number number(ByteView big_endian);
NumberContext number_context();
/// Without leading zeros, or as `size` bytes.
SecretBytes bytes_of_number(const BIGNUM& value);
SecretBytes bytes_of_number(const BIGNUM& value, std::size_t size);

class KeyNumbers {
  public:
    KeyNumbers& number(const char* name, ByteView big_endian);
    KeyNumbers& octets(const char* name, ByteView bytes);
    /// `text` has to outlive this object.
    KeyNumbers& text(const char* name, const char* text);
    /// Nothing if OpenSSL refuses them. `type` is "EC" or "RSA"; `selection` as EVP_PKEY_fromdata.
    EvpKey key(const char* type, int selection);

  private:
    std::vector<SecretBytes> kept_;  // a move leaves their memory where it is
    std::vector<OSSL_PARAM> parameters_;
};

/// EVP_PKEY_check(): the key's numbers, and that they are what they should be.
bool is_sound(EVP_PKEY& key);

/// Signature over the digest of `message`; empty if OpenSSL refuses.
Bytes digest_sign(EVP_PKEY& key, const EVP_MD* digest, ByteView message);
bool digest_verify(EVP_PKEY& key, const EVP_MD* digest, ByteView message, ByteView signature);

}  // namespace sparekey::core::openssl
