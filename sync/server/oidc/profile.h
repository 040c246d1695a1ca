// What a provider is, after its preset and its configuration: everything that a login needs to know
// before the first request.
#pragma once

#include "sync/server/oidc/algorithm.h"
#include "sync/server/oidc/provider_config.h"

#include <string>
#include <vector>

namespace sparekey::sync {

enum class ClientAuthentication : std::uint8_t {
    none,   // a public client: its id alone
    basic,  // RFC 6749 section 2.3.1: in the header
    post,   // in the form
};

enum class ResponseMode : std::uint8_t { query, form_post };

struct Profile {
    std::string issuer;  // what an identity is filed under; with kTenantPlaceholder for Entra
    std::vector<std::string> scopes;
    ResponseMode response_mode = ResponseMode::query;

    // OpenID Connect.
    std::string metadata_url;
    std::string metadata_issuer;              // what it has to say, to the letter
    std::vector<std::string> issuer_aliases;  // other spellings in ID tokens
    std::vector<std::string> tenants;         // Entra: whose tokens are taken
    std::vector<std::string> audience_extra;  // audiences besides the client's id
    std::vector<std::string> policy_claims;   // "hd", "tid", "oid": handed on
    Algorithms algorithms;
    bool assume_pkce = false;

    // OAuth 2.0 alone.
    std::string authorization_endpoint, token_endpoint, user_endpoint;
    std::string id_field, name_field;
    ClientAuthentication authentication = ClientAuthentication::basic;
};

inline constexpr std::string_view kTenantPlaceholder = "{tenantid}";

/// `text` with every kTenantPlaceholder replaced.
std::string with_tenant(std::string text, std::string_view tenant);

/// Of a configuration that has passed check().
Profile profile_of(const ProviderConfig& config);

}  // namespace sparekey::sync
