#include "core/crypto/openssl_key.h"

#include "core/base/error.h"

#include <openssl/err.h>

#include <algorithm>

namespace sparekey::core::openssl {
namespace {

using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;

}  // namespace

Number number(ByteView big_endian) {
    Number made(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
    if (!made) throw SystemFailure("no memory for a number");
    BN_set_flags(made.get(), BN_FLG_CONSTTIME);
    return made;
}

NumberContext number_context() {
    NumberContext context(BN_CTX_new());
    if (!context) throw SystemFailure("no memory for arithmetic");
    return context;
}

SecretBytes bytes_of_number(const BIGNUM& value) {
    return bytes_of_number(value, static_cast<std::size_t>(BN_num_bytes(&value)));
}

SecretBytes bytes_of_number(const BIGNUM& value, std::size_t size) {
    SecretBytes bytes(size);
    if (BN_bn2binpad(&value, bytes.expose_mutable().data(), static_cast<int>(size)) < 0) {
        throw SystemFailure("a number is longer than its place");
    }
    return bytes;
}

KeyNumbers& KeyNumbers::number(const char* name, ByteView big_endian) {
    // OSSL_PARAM has numbers in the machine's own order, and none of no bytes.
    SecretBytes native(std::max<std::size_t>(1, big_endian.size()));
    const Number value = openssl::number(big_endian);
    BN_bn2nativepad(value.get(), native.expose_mutable().data(), static_cast<int>(native.size()));
    kept_.push_back(std::move(native));
    parameters_.push_back(
        OSSL_PARAM_construct_BN(name, kept_.back().expose_mutable().data(), kept_.back().size()));
    return *this;
}

KeyNumbers& KeyNumbers::octets(const char* name, ByteView bytes) {
    kept_.push_back(SecretBytes::copy_of(bytes));
    parameters_.push_back(OSSL_PARAM_construct_octet_string(
        name, kept_.back().expose_mutable().data(), kept_.back().size()));
    return *this;
}

KeyNumbers& KeyNumbers::text(const char* name, const char* text) {
    parameters_.push_back(OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(text), 0));
    return *this;
}

EvpKey KeyNumbers::key(const char* type, int selection) {
    parameters_.push_back(OSSL_PARAM_construct_end());
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    if (!context) throw SystemFailure("OpenSSL offers no keys of that type");
    EVP_PKEY* made = nullptr;
    const bool taken = EVP_PKEY_fromdata_init(context.get()) == 1 &&
                       EVP_PKEY_fromdata(context.get(), &made, selection, parameters_.data()) == 1;
    EvpKey key(made);
    if (taken) return key;
    ERR_clear_error();
    return nullptr;
}

bool is_sound(EVP_PKEY& key) {
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr));
    const bool sound = context && EVP_PKEY_check(context.get()) == 1;
    if (!sound) ERR_clear_error();
    return sound;
}

Bytes digest_sign(EVP_PKEY& key, const EVP_MD* digest, ByteView message) {
    const DigestContext context(EVP_MD_CTX_new());
    std::size_t size = 0;
    Bytes signature;
    bool made = context && EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, &key) == 1 &&
                EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1;
    if (made) {
        signature.resize(size);
        made = EVP_DigestSign(context.get(), signature.data(), &size, message.data(),
                              message.size()) == 1;
    }
    signature.resize(made ? size : 0);
    if (!made) ERR_clear_error();
    return signature;
}

bool digest_verify(EVP_PKEY& key, const EVP_MD* digest, ByteView message, ByteView signature) {
    const DigestContext context(EVP_MD_CTX_new());
    const bool good = context &&
                      EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, &key) == 1 &&
                      EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                       message.data(), message.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

}  // namespace sparekey::core::openssl
