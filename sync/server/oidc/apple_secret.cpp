#include "sync/server/oidc/apple_secret.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::uint64_t kLifetime = 3600;  // seconds; Apple allows six months
constexpr std::uint64_t kRenewal = 1800;
constexpr std::string_view kAudience = "https://appleid.apple.com";

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeNumber {
    void operator()(BIGNUM* number) const { BN_clear_free(number); }
};

/// No pass phrase is asked for.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

/// As a number of as many bytes as the curve's field.
void append_padded(core::Bytes& signature, const core::Bytes& number) {
    signature.insert(signature.end(), core::field_size(core::Curve::p256) - number.size(), 0);
    signature.insert(signature.end(), number.begin(), number.end());
}

}  // namespace

Result<SigningKey> read_apple_key(const core::SecretText& pem) {
    const std::string_view text = pem.expose();
    const std::unique_ptr<BIO, FreeBio> bio(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const std::unique_ptr<EVP_PKEY, FreeKey> key(
        bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr) : nullptr);
    ERR_clear_error();
    BIGNUM* found = nullptr;
    char group[32] = {};
    std::size_t size = 0;
    if (!key || EVP_PKEY_get_group_name(key.get(), group, sizeof group, &size) != 1 ||
        std::string_view(group) != "prime256v1" ||
        EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &found) != 1) {
        ERR_clear_error();
        return unexpected(ErrorCode::usage, "is no private key on the curve P-256 in PEM");
    }
    const std::unique_ptr<BIGNUM, FreeNumber> number(found);
    core::SecretBytes scalar(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), scalar.expose_mutable().data());
    SPAREKEY_TRY(core::EcdsaPublicKey point,
                 core::ecdsa_public_key(core::Curve::p256, scalar.expose()));
    return SigningKey{std::move(point), std::move(scalar)};
}

AppleSecret::AppleSecret(const ProviderConfig& config, const core::Clock& clock)
    : key_id_(config.apple.key_id),
      team_id_(config.apple.team_id),
      client_id_(config.client_id),
      key_(read_apple_key(config.apple.private_key).value()),
      clock_(clock) {}

core::SecretText AppleSecret::current() {
    const std::uint64_t now_s = clock_.now_ms() / 1000;
    const std::lock_guard lock(mutex_);
    const bool fresh = now_s >= made_s_ && now_s - made_s_ < kRenewal;
    if (made_.empty() || !fresh) {
        made_ = sign(now_s);
        made_s_ = now_s;
    }
    return made_.clone();
}

/// The texts are words that need no escapes: check() saw to it.
core::SecretText AppleSecret::sign(std::uint64_t now_s) const {
    const std::string header = "{\"alg\":\"ES256\",\"kid\":\"" + key_id_ + "\"}";
    const std::string claims = "{\"iss\":\"" + team_id_ + "\",\"iat\":" + std::to_string(now_s) +
                               ",\"exp\":" + std::to_string(now_s + kLifetime) + ",\"aud\":\"" +
                               std::string(kAudience) + "\",\"sub\":\"" + client_id_ + "\"}";
    const std::string signed_part = core::to_base64url(core::bytes_of(header)) + "." +
                                    core::to_base64url(core::bytes_of(claims));
    const auto parts =
        core::ecdsa_sign(key_.public_key, key_.scalar.expose(), core::bytes_of(signed_part));
    if (!parts) throw core::SystemFailure("Apple's key cannot sign");
    core::Bytes signature;
    append_padded(signature, parts->r);
    append_padded(signature, parts->s);
    return core::SecretText::copy_of(signed_part + "." + core::to_base64url(signature));
}

}  // namespace sparekey::sync
