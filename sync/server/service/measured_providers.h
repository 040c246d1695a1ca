// Login providers whose answers are counted and timed, by the id of the configuration. A provider
// that there is none of is not counted: its name is the asker's.
#pragma once

#include "sync/server/http/metrics.h"
#include "sync/server/oidc/providers.h"

namespace sparekey::sync {

class MeasuredProviders final : public Providers {
  public:
    /// Both outlive it.
    MeasuredProviders(Providers& providers, Metrics& metrics)
        : providers_(providers), metrics_(metrics) {}
    std::vector<ProviderFacts> list() const override { return providers_.list(); }
    core::Result<ProviderStart> start(std::string_view provider) override;
    core::Result<ProviderLogin> finish(
        const ProviderAttempt& attempt,
        const std::map<std::string, std::string>& parameters) override;

  private:
    template <class Step>
    auto measured(std::string_view provider, const char* name, Step step);
    void note(std::string_view provider, const char* step, const core::Error* error,
              double seconds);

    Providers& providers_;
    Metrics& metrics_;
};

}  // namespace sparekey::sync
