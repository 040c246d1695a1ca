#include "sync/server/oidc/profile.h"

#include "sync/http_client/url.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

/// Microsoft's tenant of personal accounts, which only the endpoint "common" serves among others.
constexpr std::string_view kPersonalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad";

const Algorithms kAllAlgorithms = {Algorithm::rs256, Algorithm::ps256, Algorithm::es256,
                                   Algorithm::es384, Algorithm::eddsa};

std::string base_or(const ProviderConfig& config, std::string_view usual) {
    return config.base_url.empty() ? std::string(usual) : config.base_url;
}

/// OpenID Connect Discovery 1.0 section 4.
std::string metadata_url_of(std::string issuer) {
    if (issuer.ends_with('/')) issuer.pop_back();
    return issuer + "/.well-known/openid-configuration";
}

void set_issuer(Profile& profile, const std::string& issuer) {
    profile.issuer = issuer;
    profile.metadata_issuer = issuer;
    profile.metadata_url = metadata_url_of(issuer);
}

/// The tenant's own metadata; with several, the one that leaves a gap for the tenant.
void set_entra(Profile& profile, const ProviderConfig& config) {
    const std::string base = base_or(config, "https://login.microsoftonline.com");
    set_issuer(profile, base + "/" + std::string(kTenantPlaceholder) + "/v2.0");
    profile.tenants = config.tenants;
    profile.policy_claims = {"tid", "oid"};
    profile.assume_pkce = true;  // it takes S256, and does not say so
    if (config.tenants.size() == 1) {
        profile.metadata_issuer = with_tenant(profile.issuer, config.tenants[0]);
        profile.metadata_url = metadata_url_of(profile.metadata_issuer);
        return;
    }
    const bool personal = std::find(config.tenants.begin(), config.tenants.end(),
                                    kPersonalAccounts) != config.tenants.end();
    const std::string_view shared = personal ? "common" : "organizations";
    profile.metadata_url = metadata_url_of(with_tenant(profile.issuer, shared));
}

void set_openid(Profile& profile, const ProviderConfig& config) {
    profile.scopes = {"openid", "profile", "email"};
    profile.algorithms = kAllAlgorithms;
    switch (config.type) {
        case ProviderType::google:
            set_issuer(profile, "https://accounts.google.com");
            profile.issuer_aliases = {"accounts.google.com"};
            profile.policy_claims = {"hd"};
            profile.algorithms = {Algorithm::rs256};
            break;
        case ProviderType::entra:
            set_entra(profile, config);
            profile.algorithms = {Algorithm::rs256};
            break;
        case ProviderType::apple:
            set_issuer(profile, "https://appleid.apple.com");
            profile.scopes = {"openid", "email"};
            profile.response_mode = ResponseMode::form_post;
            profile.algorithms = {Algorithm::rs256};
            profile.assume_pkce = true;  // it is silent on it
            break;
        case ProviderType::gitlab:
            set_issuer(profile, base_or(config, "https://gitlab.com"));
            break;
        case ProviderType::auth0:  // whose issuers end with a slash
            set_issuer(profile, config.issuer + (config.issuer.ends_with('/') ? "" : "/"));
            break;
        default:
            set_issuer(profile, config.issuer);
    }
}

void set_github(Profile& profile, const ProviderConfig& config) {
    const std::string base = base_or(config, "https://github.com");
    profile.issuer = base;
    profile.authorization_endpoint = base + "/login/oauth/authorize";
    profile.token_endpoint = base + "/login/oauth/access_token";
    profile.user_endpoint =
        config.base_url.empty() ? "https://api.github.com/user" : base + "/api/v3/user";
    profile.id_field = "id";
    profile.name_field = "login";
    profile.authentication = ClientAuthentication::post;
}

/// Without a version in the path: the oldest that Facebook still serves.
void set_facebook(Profile& profile) {
    profile.issuer = "https://www.facebook.com";
    profile.authorization_endpoint = "https://www.facebook.com/dialog/oauth";
    profile.token_endpoint = "https://graph.facebook.com/oauth/access_token";
    profile.user_endpoint = "https://graph.facebook.com/me?fields=id,name";
    profile.id_field = "id";
    profile.name_field = "name";
    profile.scopes = {"public_profile"};
    profile.authentication = ClientAuthentication::post;
}

void set_oauth2(Profile& profile, const ProviderConfig& config) {
    profile.issuer = config.issuer.empty()
                         ? parse_url(config.authorization_endpoint).value().origin()
                         : config.issuer;
    profile.authorization_endpoint = config.authorization_endpoint;
    profile.token_endpoint = config.token_endpoint;
    profile.user_endpoint = config.user_endpoint;
    profile.id_field = config.id_field;
    profile.name_field = config.name_field;
    profile.authentication =
        config.client_secret.empty() ? ClientAuthentication::none : ClientAuthentication::post;
}

}  // namespace

std::string with_tenant(std::string text, std::string_view tenant) {
    for (auto at = text.find(kTenantPlaceholder); at != std::string::npos;
         at = text.find(kTenantPlaceholder, at + tenant.size())) {
        text.replace(at, kTenantPlaceholder.size(), tenant);
    }
    return text;
}

Profile profile_of(const ProviderConfig& config) {
    Profile profile;
    if (is_openid(config.type)) set_openid(profile, config);
    if (config.type == ProviderType::github) set_github(profile, config);
    if (config.type == ProviderType::facebook) set_facebook(profile);
    if (config.type == ProviderType::oauth2) set_oauth2(profile, config);
    if (!config.scopes.empty()) profile.scopes = config.scopes;
    profile.audience_extra = config.audience_extra;
    profile.assume_pkce = profile.assume_pkce || config.assume_pkce;
    return profile;
}

}  // namespace sparekey::sync
