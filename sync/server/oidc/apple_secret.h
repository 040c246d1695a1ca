// Apple's client secret: a JWT (ES256) that the client signs with a key of its own.
// https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
#pragma once

#include "core/crypto/ecdsa.h"
#include "core/ports/clock.h"
#include "sync/server/oidc/provider_config.h"

#include <mutex>

namespace sparekey::sync {

/// A private number on P-256 with its point.
struct SigningKey {
    core::EcdsaPublicKey public_key;
    core::SecretBytes scalar;
};

/// From PEM (PKCS#8). ErrorCode::usage if it is no EC key on P-256.
core::Result<SigningKey> read_apple_key(const core::SecretText& pem);

class AppleSecret {
  public:
    /// The configuration has passed check(). `clock` has to outlive this.
    AppleSecret(const ProviderConfig& config, const core::Clock& clock);
    /// Good for half an hour or more. Threads may ask at once.
    core::SecretText current();

  private:
    core::SecretText sign(std::uint64_t now_s) const;

    std::string key_id_, team_id_, client_id_;
    SigningKey key_;
    const core::Clock& clock_;
    std::mutex mutex_;
    core::SecretText made_;
    std::uint64_t made_s_ = 0;
};

}  // namespace sparekey::sync
