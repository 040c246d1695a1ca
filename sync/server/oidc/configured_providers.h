// The Providers of a configuration. Nothing is asked of a provider before somebody wants to log in
// there, so a server starts with one that is down.
#pragma once

#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "sync/http_client/fetcher.h"
#include "sync/server/oidc/provider_config.h"
#include "sync/server/oidc/providers.h"

#include <memory>

namespace sparekey::sync {

class LoginMethod;

class ConfiguredProviders final : public Providers {
  public:
    /// `public_url` without a slash at its end; a provider's callback is
    /// <public_url>/login/callback/<id>. Fetcher, random and clock outlive this, and may be used
    /// by many threads at once. ErrorCode::usage: what check() says of one of the configurations,
    /// or an id that two of them have; the message begins with `provider "ID": `.
    static core::Result<std::unique_ptr<ConfiguredProviders>> make(
        std::vector<ProviderConfig> configs, const std::string& public_url, Fetcher& fetcher,
        core::Random& random, const core::Clock& clock);
    ~ConfiguredProviders() override;

    std::vector<ProviderFacts> list() const override;
    core::Result<ProviderStart> start(std::string_view provider) override;
    core::Result<ProviderLogin> finish(
        const ProviderAttempt& attempt,
        const std::map<std::string, std::string>& parameters) override;

  private:
    struct Entry {
        ProviderFacts facts;
        std::unique_ptr<LoginMethod> method;
    };
    ConfiguredProviders() = default;
    core::Result<LoginMethod*> method_of(std::string_view provider) const;

    std::vector<Entry> entries_;  // in the configuration's order
};

}  // namespace sparekey::sync
