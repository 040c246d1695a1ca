// A login provider as the configuration has it (`[[provider]]`), and what is wrong with it.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::sync {

enum class ProviderType : std::uint8_t {
    oidc,
    google,
    entra,
    okta,
    auth0,
    gitlab,
    apple,
    github,
    facebook,
    oauth2,
};

/// As the key `type` has it.
std::optional<ProviderType> provider_type(std::string_view name);
std::string_view type_name(ProviderType type);

/// Whether it speaks OpenID Connect; the others are asked at their user endpoint who somebody is.
bool is_openid(ProviderType type);

/// Apple has no client secret but a key that signs one.
struct AppleKey {
    std::string team_id;
    std::string key_id;
    core::SecretText private_key;  // PEM, as Apple gives it
};

/// Empty is "left out" for every member.
struct ProviderConfig {
    std::string id;    // part of the callback's path: letters, digits, '-' and '_'; at most 32
    std::string name;  // for people; the id if left out
    ProviderType type = ProviderType::oidc;
    std::string issuer = {};
    std::string client_id = {};
    core::SecretText client_secret = {};
    std::vector<std::string> scopes = {};
    std::string authorization_endpoint = {};
    std::string token_endpoint = {};
    std::string user_endpoint = {};
    std::string id_field = {};
    std::string name_field = {};
    std::string base_url = {};
    std::vector<std::string> tenants = {};  // `tenant`: one GUID or an array of them
    std::vector<std::string> audience_extra = {};
    bool allow_private_address = false;
    bool assume_pkce = false;  // metadata that is silent on S256 is taken for a yes
    AppleKey apple = {};
};

/// ErrorCode::usage; the message begins with the key that is wrong, such as "issuer: …".
core::Result<void> check(const ProviderConfig& config);

}  // namespace sparekey::sync
