// How one configured provider is logged in at: by OpenID Connect, or by OAuth 2.0 and its user
// endpoint. What ConfiguredProviders chooses from.
#pragma once

#include "sync/server/oidc/attempt.h"
#include "sync/server/oidc/endpoint.h"

#include <memory>

namespace sparekey::sync {

/// What a method works with. All of it outlives the method, and threads share it.
struct LoginContext {
    Fetcher& fetcher;
    core::Random& random;
    const core::Clock& clock;
    std::string redirect_uri;
};

class LoginMethod {
  public:
    virtual ~LoginMethod() = default;
    /// As Providers::start and Providers::finish.
    virtual core::Result<ProviderStart> start() = 0;
    virtual core::Result<ProviderLogin> finish(const ProviderAttempt& attempt,
                                               const CallbackParameters& parameters) = 0;
};

/// The configurations have passed check().
std::unique_ptr<LoginMethod> openid_login(ProviderConfig config, LoginContext context);
std::unique_ptr<LoginMethod> oauth_login(ProviderConfig config, LoginContext context);

}  // namespace sparekey::sync
