#include "sync/server/oidc/configured_providers.h"

#include "sync/server/oidc/login_method.h"

#include <algorithm>

namespace sparekey::sync {

using core::ErrorCode;
using core::Result;
using core::unexpected;

Result<std::unique_ptr<ConfiguredProviders>> ConfiguredProviders::make(
    std::vector<ProviderConfig> configs, const std::string& public_url, Fetcher& fetcher,
    core::Random& random, const core::Clock& clock) {
    std::unique_ptr<ConfiguredProviders> made(new ConfiguredProviders);
    for (ProviderConfig& config : configs) {
        const std::string where = "provider \"" + config.id + "\": ";
        if (const auto checked = check(config); !checked) {
            return unexpected(ErrorCode::usage, where + checked.error().message);
        }
        if (made->method_of(config.id)) {
            return unexpected(ErrorCode::usage, where + "id: another provider has it");
        }
        ProviderFacts facts{config.id, config.name.empty() ? config.id : config.name,
                            std::string(type_name(config.type))};
        LoginContext context{fetcher, random, clock, public_url + "/login/callback/" + config.id};
        const auto make_login = is_openid(config.type) ? &openid_login : &oauth_login;
        made->entries_.push_back(
            {std::move(facts), make_login(std::move(config), std::move(context))});
    }
    return made;
}

ConfiguredProviders::~ConfiguredProviders() = default;

Result<LoginMethod*> ConfiguredProviders::method_of(std::string_view provider) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.facts.id == provider; });
    if (found == entries_.end()) return unexpected(ErrorCode::not_found, "no such login provider");
    return found->method.get();
}

std::vector<ProviderFacts> ConfiguredProviders::list() const {
    std::vector<ProviderFacts> all;
    for (const Entry& entry : entries_) all.push_back(entry.facts);
    return all;
}

Result<ProviderStart> ConfiguredProviders::start(std::string_view provider) {
    SPAREKEY_TRY(LoginMethod* const method, method_of(provider));
    return method->start();
}

Result<ProviderLogin> ConfiguredProviders::finish(
    const ProviderAttempt& attempt, const std::map<std::string, std::string>& parameters) {
    SPAREKEY_TRY(LoginMethod* const method, method_of(attempt.provider));
    return method->finish(attempt, parameters);
}

}  // namespace sparekey::sync
