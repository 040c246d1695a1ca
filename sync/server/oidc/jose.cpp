#include "sync/server/oidc/jose.h"

#include "core/base/mutant.h"

#include <cjose/cjose.h>
#include <openssl/evp.h>

#include <memory>

namespace sparekey::sync {
namespace {

struct ReleaseKey {
    void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
};
struct FreeSignature {
    void operator()(cjose_jws_t* signature) const { cjose_jws_release(signature); }
};
using CjoseKey = std::unique_ptr<cjose_jwk_t, ReleaseKey>;
using CjoseSignature = std::unique_ptr<cjose_jws_t, FreeSignature>;

/// libcjose copies the numbers, but asks for them as if it changed them.
std::uint8_t* numbers(const std::uint8_t* bytes) {
    return const_cast<std::uint8_t*>(bytes);
}

CjoseKey cjose_key(const core::RsaPublicKey& key) {
    cjose_jwk_rsa_keyspec parts{};
    parts.n = numbers(key.modulus.data());
    parts.nlen = key.modulus.size();
    parts.e = numbers(key.exponent.data());
    parts.elen = key.exponent.size();
    cjose_err error{};
    return CjoseKey(cjose_jwk_create_RSA_spec(&parts, &error));
}

CjoseKey cjose_key(const core::EcdsaPublicKey& key) {
    const std::size_t size = core::field_size(key.curve);
    cjose_jwk_ec_keyspec parts{};
    parts.crv = key.curve == core::Curve::p256 ? CJOSE_JWK_EC_P_256 : CJOSE_JWK_EC_P_384;
    parts.x = numbers(key.point.data() + 1);
    parts.xlen = size;
    parts.y = numbers(key.point.data() + 1 + size);
    parts.ylen = size;
    cjose_err error{};
    return CjoseKey(cjose_jwk_create_EC_spec(&parts, &error));
}

/// RFC 7518 section 3.4: two numbers of the curve's size. libcjose reads what is in front and lets
/// anything follow.
bool has_size_of(const core::EcdsaPublicKey& key, std::string_view compact) {
    const auto signature = core::from_base64url(compact.substr(compact.rfind('.') + 1));
    return SPAREKEY_LEFT_OUT("token-signature-size") ||
           (signature && signature->size() == 2 * core::field_size(key.curve));
}

bool verify_by_cjose(const CjoseKey& key, const std::string& compact) {
    cjose_err error{};
    const CjoseSignature signature(cjose_jws_import(compact.data(), compact.size(), &error));
    return key && signature && cjose_jws_verify(signature.get(), key.get(), &error);
}

bool verify_ed25519(const core::SigningPublicKey& key, std::string_view compact) {
    const auto dot = compact.rfind('.');
    const auto bytes = core::from_base64url(compact.substr(dot + 1));
    core::Signature signature;
    if (!bytes || bytes->size() != signature.size()) return false;
    std::copy(bytes->begin(), bytes->end(), signature.begin());
    return core::verify(key, "", core::bytes_of(compact.substr(0, dot)), signature);
}

const EVP_MD* digest_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::es384:
            return EVP_sha384();
        case Algorithm::eddsa:
            return EVP_sha512();
        default:
            return EVP_sha256();
    }
}

}  // namespace

bool signature_is_good(const PublicKey& key, Algorithm algorithm, const std::string& compact) {
    if (SPAREKEY_LEFT_OUT("token-signature")) return true;
    switch (algorithm) {
        case Algorithm::rs256:
        case Algorithm::ps256:
            return verify_by_cjose(cjose_key(std::get<core::RsaPublicKey>(key.numbers)), compact);
        case Algorithm::es256:
        case Algorithm::es384: {
            const auto& point = std::get<core::EcdsaPublicKey>(key.numbers);
            return has_size_of(point, compact) && verify_by_cjose(cjose_key(point), compact);
        }
        case Algorithm::eddsa:
            return verify_ed25519(std::get<core::SigningPublicKey>(key.numbers), compact);
    }
    return false;
}

std::string half_hash(Algorithm algorithm, std::string_view text) {
    std::uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &size, digest_of(algorithm), nullptr) != 1) {
        throw core::SystemFailure("hashing failed");
    }
    return core::to_base64url({digest, size / 2});
}

}  // namespace sparekey::sync
