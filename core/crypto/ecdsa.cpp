#include "core/crypto/ecdsa.h"

#include "core/base/mutant.h"
#include "core/crypto/openssl_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include <algorithm>

namespace sparekey::core {
namespace {

using openssl::EvpKey;
using openssl::Freed;
using openssl::Number;
using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_clear_free>>;
using DerSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

struct CurveFacts {
    const char* name;
    int nid;
    std::size_t field_size;
    unsigned bits;
    const EVP_MD* (*digest)();
};

const CurveFacts& facts(Curve curve) {
    static constexpr CurveFacts kFacts[] = {
        {"P-256", NID_X9_62_prime256v1, 32, 256, EVP_sha256},
        {"P-384", NID_secp384r1, 48, 384, EVP_sha384},
        {"P-521", NID_secp521r1, 66, 521, EVP_sha512},
    };
    return kFacts[static_cast<std::size_t>(curve)];
}

Group group_of(Curve curve) {
    Group group(EC_GROUP_new_by_curve_name(facts(curve).nid));
    if (!group) throw SystemFailure("OpenSSL does not know a curve");
    return group;
}

bool in_range(const EC_GROUP& group, const BIGNUM& scalar) {
    return !BN_is_zero(&scalar) && BN_cmp(&scalar, EC_GROUP_get0_order(&group)) < 0;
}

EvpKey evp_key(const EcdsaPublicKey& key, const ByteView* scalar) {
    openssl::KeyNumbers numbers;
    numbers.text(OSSL_PKEY_PARAM_GROUP_NAME, facts(key.curve).name);
    numbers.octets(OSSL_PKEY_PARAM_PUB_KEY, key.point);
    if (scalar != nullptr) numbers.number(OSSL_PKEY_PARAM_PRIV_KEY, *scalar);
    return numbers.key("EC", scalar == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR);
}

Bytes plain_bytes(const BIGNUM& value) {
    const SecretBytes bytes = openssl::bytes_of_number(value);
    return {bytes.expose().begin(), bytes.expose().end()};
}

/// DER, as OpenSSL wants it; empty if a part is longer than the curve's field.
Bytes der_of(const EcdsaSignature& signature, std::size_t longest) {
    if (signature.r.size() > longest || signature.s.size() > longest) return {};
    const DerSignature parts(ECDSA_SIG_new());
    if (!parts) throw SystemFailure("no memory for a signature");
    ECDSA_SIG_set0(parts.get(), openssl::number(signature.r).release(),
                   openssl::number(signature.s).release());
    std::uint8_t* encoded = nullptr;
    const int size = i2d_ECDSA_SIG(parts.get(), &encoded);
    if (size <= 0) return {};
    Bytes der(encoded, encoded + size);
    OPENSSL_free(encoded);
    return der;
}

}  // namespace

std::size_t field_size(Curve curve) {
    return facts(curve).field_size;
}

bool is_valid(const EcdsaPublicKey& key) {
    if (key.point.size() != 1 + 2 * field_size(key.curve) || key.point[0] != 4) return false;
    if (SPAREKEY_LEFT_OUT("ecdsa-point")) return true;
    const Group group = group_of(key.curve);
    const Point point(EC_POINT_new(group.get()));
    return point && EC_POINT_oct2point(group.get(), point.get(), key.point.data(), key.point.size(),
                                       openssl::number_context().get()) == 1;
}

SecretBytes ecdsa_generate(Curve curve, Random& random) {
    const Group group = group_of(curve);
    SecretBytes drawn(field_size(curve));
    for (;;) {
        random.fill(drawn.expose_mutable());
        // The top byte of P-521 has one bit.
        if (const unsigned spare = facts(curve).bits % 8; spare != 0) {
            drawn.expose_mutable()[0] &= static_cast<std::uint8_t>((1U << spare) - 1);
        }
        const Number scalar = openssl::number(drawn.expose());
        if (in_range(*group, *scalar)) return openssl::bytes_of_number(*scalar);
    }
}

Result<EcdsaPublicKey> ecdsa_public_key(Curve curve, ByteView scalar) {
    const Group group = group_of(curve);
    const Number secret = openssl::number(scalar);
    if (!in_range(*group, *secret)) {
        return unexpected(ErrorCode::usage, "the ECDSA key's number is out of range");
    }
    const auto context = openssl::number_context();
    const Point point(EC_POINT_new(group.get()));
    EcdsaPublicKey key{curve, Bytes(1 + 2 * field_size(curve))};
    if (!point ||
        EC_POINT_mul(group.get(), point.get(), secret.get(), nullptr, nullptr, context.get()) !=
            1 ||
        EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                           key.point.data(), key.point.size(), context.get()) != key.point.size()) {
        throw SystemFailure("arithmetic on a curve failed");
    }
    return key;
}

Result<EcdsaSignature> ecdsa_sign(const EcdsaPublicKey& key, ByteView scalar, ByteView message) {
    const EvpKey made = evp_key(key, &scalar);
    const Bytes der =
        made ? openssl::digest_sign(*made, facts(key.curve).digest(), message) : Bytes{};
    const std::uint8_t* at = der.data();
    const DerSignature parts(
        der.empty() ? nullptr : d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!parts) return unexpected(ErrorCode::failed, "the ECDSA key cannot sign");
    return EcdsaSignature{plain_bytes(*ECDSA_SIG_get0_r(parts.get())),
                          plain_bytes(*ECDSA_SIG_get0_s(parts.get()))};
}

bool ecdsa_verify(const EcdsaPublicKey& key, ByteView message, const EcdsaSignature& signature) {
    if (!is_valid(key)) return false;
    const EvpKey made = evp_key(key, nullptr);
    const Bytes der = der_of(signature, field_size(key.curve));
    return made && !der.empty() &&
           openssl::digest_verify(*made, facts(key.curve).digest(), message, der);
}

}  // namespace sparekey::core
