#include "core/crypto/rsa.h"

#include "core/base/mutant.h"
#include "core/crypto/openssl_key.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <bit>

namespace sparekey::core {
namespace {

using openssl::EvpKey;
using openssl::Number;

const EVP_MD* digest(RsaHash hash) {
    return hash == RsaHash::sha256 ? EVP_sha256() : EVP_sha512();
}

Unexpected refused(const char* message) {
    return unexpected(ErrorCode::usage, message);
}

std::size_t bits_of(ByteView number) {
    if (number.empty()) return 0;
    return number.size() * 8 - static_cast<std::size_t>(std::countl_zero(number[0]));
}

Number minus_one(ByteView number) {
    Number value = openssl::number(number);
    if (BN_sub_word(value.get(), 1) != 1) throw SystemFailure("arithmetic failed");
    return value;
}

/// left · right ≡ 1 modulo `modulus`.
bool are_inverse(const BIGNUM& left, const BIGNUM& right, const BIGNUM& modulus) {
    const Number product = openssl::number({});
    return BN_mod_mul(product.get(), &left, &right, &modulus, openssl::number_context().get()) ==
               1 &&
           BN_is_one(product.get());
}

bool is_product(const BIGNUM& whole, const BIGNUM& left, const BIGNUM& right) {
    const Number product = openssl::number({});
    return BN_mul(product.get(), &left, &right, openssl::number_context().get()) == 1 &&
           BN_cmp(product.get(), &whole) == 0;
}

/// d mod (prime − 1)
SecretBytes crt_exponent(const RsaKey& key, const SecretBytes& prime) {
    const Number exponent = openssl::number(key.exponent.expose());
    const Number modulus = minus_one(prime.expose());
    const Number rest = openssl::number({});
    if (BN_mod(rest.get(), exponent.get(), modulus.get(), openssl::number_context().get()) != 1) {
        throw SystemFailure("arithmetic failed");
    }
    return openssl::bytes_of_number(*rest);
}

openssl::KeyNumbers public_numbers(const RsaPublicKey& key) {
    openssl::KeyNumbers numbers;
    numbers.number(OSSL_PKEY_PARAM_RSA_N, key.modulus);
    numbers.number(OSSL_PKEY_PARAM_RSA_E, key.exponent);
    return numbers;
}

EvpKey private_evp_key(const RsaKey& key) {
    return public_numbers(key.public_key)
        .number(OSSL_PKEY_PARAM_RSA_D, key.exponent.expose())
        .number(OSSL_PKEY_PARAM_RSA_FACTOR1, key.p.expose())
        .number(OSSL_PKEY_PARAM_RSA_FACTOR2, key.q.expose())
        .number(OSSL_PKEY_PARAM_RSA_EXPONENT1, crt_exponent(key, key.p).expose())
        .number(OSSL_PKEY_PARAM_RSA_EXPONENT2, crt_exponent(key, key.q).expose())
        .number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, key.coefficient.expose())
        .key("RSA", EVP_PKEY_KEYPAIR);
}

SecretBytes number_of(const EVP_PKEY& key, const char* name) {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(&key, name, &value);
    const Number number(value);
    if (!number) throw SystemFailure("OpenSSL made an incomplete RSA key");
    return openssl::bytes_of_number(*number);
}

Bytes plain_number_of(const EVP_PKEY& key, const char* name) {
    const SecretBytes number = number_of(key, name);
    return {number.expose().begin(), number.expose().end()};
}

}  // namespace

std::size_t modulus_bits(const RsaPublicKey& key) {
    return bits_of(key.modulus);
}

Result<void> check_public_key(const RsaPublicKey& key) {
    const std::size_t bits = modulus_bits(key);
    const bool sized = bits >= kRsaLeastBits && bits <= kRsaMostBits;
    if (!SPAREKEY_LEFT_OUT("rsa-size") && !sized) {
        return refused("an RSA key has 2048 to 16384 bits");
    }
    const std::size_t exponent_bits = bits_of(key.exponent);
    if (key.modulus.empty() || (key.modulus.back() & 1) == 0 || exponent_bits < 2 ||
        exponent_bits > 64 || (key.exponent.back() & 1) == 0) {
        return refused("the RSA key's numbers are out of range");
    }
    return {};
}

RsaKey rsa_generate(std::size_t bits) {
    const EvpKey made(EVP_RSA_gen(bits));
    if (!made) throw SystemFailure("OpenSSL made no RSA key");
    return {{plain_number_of(*made, OSSL_PKEY_PARAM_RSA_N),
             plain_number_of(*made, OSSL_PKEY_PARAM_RSA_E)},
            number_of(*made, OSSL_PKEY_PARAM_RSA_D),
            number_of(*made, OSSL_PKEY_PARAM_RSA_FACTOR1),
            number_of(*made, OSSL_PKEY_PARAM_RSA_FACTOR2),
            number_of(*made, OSSL_PKEY_PARAM_RSA_COEFFICIENT1)};
}

Result<void> check_key(const RsaKey& key) {
    SPAREKEY_CHECK(check_public_key(key.public_key));
    const std::size_t bits = modulus_bits(key.public_key);
    for (const SecretBytes* prime : {&key.p, &key.q}) {
        const bool odd = !prime->empty() && (prime->expose().back() & 1) == 1;
        if (!odd || bits_of(prime->expose()) < bits / 4) {
            return refused("the RSA key's factors are out of range");
        }
    }
    if (bits_of(key.exponent.expose()) > bits) return refused("the RSA key's exponent is too long");
    const Number modulus = openssl::number(key.public_key.modulus);
    const Number e = openssl::number(key.public_key.exponent);
    const Number d = openssl::number(key.exponent.expose());
    const Number p = openssl::number(key.p.expose());
    const Number q = openssl::number(key.q.expose());
    const bool together = is_product(*modulus, *p, *q) &&
                          are_inverse(*d, *e, *minus_one(key.p.expose())) &&
                          are_inverse(*d, *e, *minus_one(key.q.expose())) &&
                          are_inverse(*q, *openssl::number(key.coefficient.expose()), *p);
    if (!SPAREKEY_LEFT_OUT("rsa-numbers") && !together) {
        return refused("the RSA key's numbers do not belong together");
    }
    return {};
}

Result<void> check_primes(const RsaKey& key) {
    const EvpKey made = private_evp_key(key);
    if (!SPAREKEY_LEFT_OUT("rsa-primes") && !(made && openssl::is_sound(*made))) {
        return refused("the RSA key is damaged: its factors are not prime");
    }
    return {};
}

Result<Bytes> rsa_sign(const RsaKey& key, RsaHash hash, ByteView message) {
    const EvpKey made = private_evp_key(key);
    Bytes signature = made ? openssl::digest_sign(*made, digest(hash), message) : Bytes{};
    if (signature.empty()) return unexpected(ErrorCode::failed, "the RSA key cannot sign");
    return signature;
}

bool rsa_verify(const RsaPublicKey& key, RsaHash hash, ByteView message, ByteView signature) {
    if (!check_public_key(key)) return false;
    const EvpKey made = public_numbers(key).key("RSA", EVP_PKEY_PUBLIC_KEY);
    return made && openssl::digest_verify(*made, digest(hash), message, signature);
}

}  // namespace sparekey::core
