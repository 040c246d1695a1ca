// Keys and signatures of a provider, good and bad, for the tests of this folder.
#pragma once

#include "core/base/bytes.h"

#include <memory>
#include <string>
#include <string_view>

namespace sparekey::tests {

class ProviderKey {
  public:
    virtual ~ProviderKey() = default;
    /// As a JWK: the numbers, `kid` and `use`; `more` is put before the closing brace.
    std::string jwk(const std::string& id, const std::string& more = {}) const;
    /// With the algorithm that the kind goes with; "PS256" for an RSA key is asked for by name.
    virtual core::Bytes sign(std::string_view algorithm, core::ByteView message) const = 0;

  protected:
    virtual std::string numbers() const = 0;
};

/// Each made once a process, since RSA keys take long.
const ProviderKey& rsa_key();
const ProviderKey& other_rsa_key();
const ProviderKey& p256_key();
const ProviderKey& p384_key();
const ProviderKey& ed25519_key();

std::string b64(std::string_view text);

/// A compact token: header and payload as they are given.
std::string signed_token(const ProviderKey& key, std::string_view algorithm,
                         const std::string& header, const std::string& payload);
/// With HMAC-SHA256, the key being those bytes.
std::string hmac_token(core::ByteView key, const std::string& header, const std::string& payload);
/// Of the RSA key: what an attacker might take for an HMAC key.
std::string rsa_public_pem();

}  // namespace sparekey::tests
