// Providers that a reload replaces while logins are under way: whoever began with the old ones ends
// with them.
#pragma once

#include "sync/server/oidc/providers.h"

#include <memory>
#include <mutex>

namespace sparekey::sync {

class ChangingProviders final : public Providers {
  public:
    void change(std::shared_ptr<Providers> fresh) {
        const std::lock_guard lock(mutex_);
        current_ = std::move(fresh);
    }
    std::vector<ProviderFacts> list() const override { return current()->list(); }
    core::Result<ProviderStart> start(std::string_view provider) override {
        return current()->start(provider);
    }
    core::Result<ProviderLogin> finish(
        const ProviderAttempt& attempt,
        const std::map<std::string, std::string>& parameters) override {
        return current()->finish(attempt, parameters);
    }

  private:
    std::shared_ptr<Providers> current() const {
        const std::lock_guard lock(mutex_);
        return current_;
    }

    mutable std::mutex mutex_;
    std::shared_ptr<Providers> current_;
};

}  // namespace sparekey::sync
