#include "tests/sync/oidc/signing.h"

#include "core/crypto/ecdsa.h"
#include "core/crypto/hmac.h"
#include "core/crypto/keypair.h"
#include "tests/support/seeded_random.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace sparekey::tests {
namespace {

using core::Bytes;
using core::ByteView;

void require(bool good) {
    if (!good) throw std::runtime_error("a test's own signature failed");
}

class RsaProviderKey final : public ProviderKey {
  public:
    RsaProviderKey() : key_(EVP_RSA_gen(2048), &EVP_PKEY_free) { require(key_ != nullptr); }

    Bytes sign(std::string_view algorithm, ByteView message) const override {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free);
        EVP_PKEY_CTX* options = nullptr;
        require(EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, key_.get()) ==
                1);
        if (algorithm == "PS256") {
            require(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
        }
        Bytes signature(256);
        std::size_t size = signature.size();
        require(EVP_DigestSign(context.get(), signature.data(), &size, message.data(),
                               message.size()) == 1);
        return signature;
    }

    std::string pem() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
        require(PEM_write_bio_PUBKEY(bio.get(), key_.get()) == 1);
        char* text = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }

  protected:
    std::string numbers() const override {
        return R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
               number(OSSL_PKEY_PARAM_RSA_E) + '"';
    }

  private:
    std::string number(const char* name) const {
        BIGNUM* found = nullptr;
        require(EVP_PKEY_get_bn_param(key_.get(), name, &found) == 1);
        Bytes bytes(static_cast<std::size_t>(BN_num_bytes(found)));
        BN_bn2bin(found, bytes.data());
        BN_free(found);
        return core::to_base64url(bytes);
    }
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

class EcProviderKey final : public ProviderKey {
  public:
    explicit EcProviderKey(core::Curve curve) {
        SeededRandom random;
        scalar_ = core::ecdsa_generate(curve, random);
        point_ = core::ecdsa_public_key(curve, scalar_.expose()).value();
    }
    Bytes sign(std::string_view, ByteView message) const override {
        const auto parts = core::ecdsa_sign(point_, scalar_.expose(), message).value();
        const std::size_t size = core::field_size(point_.curve);
        Bytes signature;
        for (const Bytes* part : {&parts.r, &parts.s}) {
            signature.insert(signature.end(), size - part->size(), 0);
            signature.insert(signature.end(), part->begin(), part->end());
        }
        return signature;
    }

  protected:
    std::string numbers() const override {
        const std::size_t size = core::field_size(point_.curve);
        const ByteView point(point_.point);
        return R"("kty":"EC","crv":")" +
               std::string(point_.curve == core::Curve::p256 ? "P-256" : "P-384") + R"(","x":")" +
               core::to_base64url(point.subspan(1, size)) + R"(","y":")" +
               core::to_base64url(point.subspan(1 + size)) + '"';
    }

  private:
    core::SecretBytes scalar_;
    core::EcdsaPublicKey point_;
};

class Ed25519ProviderKey final : public ProviderKey {
  public:
    Ed25519ProviderKey() { SeededRandom().fill(seed_); }
    Bytes sign(std::string_view, ByteView message) const override {
        const core::Signature made = core::sign(seed_, "", message);
        return {made.begin(), made.end()};
    }

  protected:
    std::string numbers() const override {
        return R"("kty":"OKP","crv":"Ed25519","x":")" +
               core::to_base64url(core::signing_public_key(seed_)) + '"';
    }

  private:
    std::array<std::uint8_t, 32> seed_{};
};

const RsaProviderKey& first_rsa_key() {
    static const RsaProviderKey key;
    return key;
}

}  // namespace

std::string ProviderKey::jwk(const std::string& id, const std::string& more) const {
    const std::string named = id.empty() ? "" : R"(,"kid":")" + id + '"';
    return "{" + numbers() + R"(,"use":"sig")" + named + more + "}";
}

const ProviderKey& rsa_key() {
    return first_rsa_key();
}
const ProviderKey& other_rsa_key() {
    static const RsaProviderKey key;
    return key;
}
const ProviderKey& p256_key() {
    static const EcProviderKey key(core::Curve::p256);
    return key;
}
const ProviderKey& p384_key() {
    static const EcProviderKey key(core::Curve::p384);
    return key;
}
const ProviderKey& ed25519_key() {
    static const Ed25519ProviderKey key;
    return key;
}

std::string b64(std::string_view text) {
    return core::to_base64url(core::bytes_of(text));
}

std::string signed_token(const ProviderKey& key, std::string_view algorithm,
                         const std::string& header, const std::string& payload) {
    const std::string both = b64(header) + "." + b64(payload);
    return both + "." + core::to_base64url(key.sign(algorithm, core::bytes_of(both)));
}

std::string hmac_token(ByteView key, const std::string& header, const std::string& payload) {
    const std::string both = b64(header) + "." + b64(payload);
    return both + "." +
           core::to_base64url(core::hmac(core::HmacHash::sha256, key, core::bytes_of(both)));
}

std::string rsa_public_pem() {
    return first_rsa_key().pem();
}

}  // namespace sparekey::tests
