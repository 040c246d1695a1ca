#include "sync/server/oidc/provider_config.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"
#include "sync/server/oidc/apple_secret.h"
#include "sync/server/oidc/endpoint.h"

#include <algorithm>
#include <utility>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::pair<std::string_view, ProviderType> kTypes[] = {
    {"oidc", ProviderType::oidc},         {"google", ProviderType::google},
    {"entra", ProviderType::entra},       {"okta", ProviderType::okta},
    {"auth0", ProviderType::auth0},       {"gitlab", ProviderType::gitlab},
    {"apple", ProviderType::apple},       {"github", ProviderType::github},
    {"facebook", ProviderType::facebook}, {"oauth2", ProviderType::oauth2},
};

core::Unexpected wrong(std::string_view key, std::string_view why) {
    return unexpected(ErrorCode::usage, std::string(key) + ": " + std::string(why));
}

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool is_word(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), is_word_character);
}

/// Printable ASCII without what would end a JSON text, a header or a scope.
bool is_token(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

Result<void> check_names(const ProviderConfig& config) {
    if (!is_word(config.id, 32)) {
        return wrong("id", "1 to 32 letters, digits, '-' and '_', since it is part of a URL");
    }
    if (config.name.size() > 64 || !core::is_plain_text(config.name)) {
        return wrong("name", "at most 64 bytes of plain text");
    }
    if (config.client_id.empty()) return wrong("client_id", "is missing");
    if (config.client_id.size() > 256 || !is_token(config.client_id)) {
        return wrong("client_id", "has characters that it cannot have");
    }
    for (const std::string& scope : config.scopes) {
        if (scope.empty() || !is_token(scope)) return wrong("scopes", "'" + scope + "' is none");
    }
    return {};
}

/// A key that the type cannot do without, or has no use for.
Result<void> check_wanted(bool wanted, bool given, std::string_view key, ProviderType type) {
    const std::string name = "type \"" + std::string(type_name(type)) + "\"";
    if (wanted && !given) return wrong(key, "is missing, and " + name + " needs it");
    if (!wanted && given) return wrong(key, "has no meaning with " + name);
    return {};
}

Result<void> check_url(std::string_view key, const std::string& url) {
    if (url.empty()) return {};
    const auto checked = check_endpoint(url, PlainHttp::on_loopback);
    return checked ? Result<void>{} : wrong(key, checked.error().message);
}

Result<void> check_issuer(const ProviderConfig& config) {
    const ProviderType type = config.type;
    const bool by_issuer =
        type == ProviderType::oidc || type == ProviderType::okta || type == ProviderType::auth0;
    if (type != ProviderType::oauth2) {
        SPAREKEY_CHECK(check_wanted(by_issuer, !config.issuer.empty(), "issuer", type));
    }
    if (config.issuer.find('?') != std::string::npos) return wrong("issuer", "has a query");
    SPAREKEY_CHECK(check_url("issuer", config.issuer));
    const bool may_have_base =
        type == ProviderType::gitlab || type == ProviderType::github || type == ProviderType::entra;
    if (!may_have_base) {
        SPAREKEY_CHECK(check_wanted(false, !config.base_url.empty(), "base_url", type));
    }
    if (config.base_url.ends_with('/')) return wrong("base_url", "ends with a slash");
    return check_url("base_url", config.base_url);
}

Result<void> check_endpoints(const ProviderConfig& config) {
    const bool own = config.type == ProviderType::oauth2;
    for (const auto& [key, value] : {std::pair<std::string_view, const std::string&>{
                                         "authorization_endpoint", config.authorization_endpoint},
                                     {"token_endpoint", config.token_endpoint},
                                     {"user_endpoint", config.user_endpoint},
                                     {"id_field", config.id_field}}) {
        SPAREKEY_CHECK(check_wanted(own, !value.empty(), key, config.type));
        if (key != "id_field") SPAREKEY_CHECK(check_url(key, value));
    }
    if (!own) {
        return check_wanted(false, !config.name_field.empty(), "name_field", config.type);
    }
    return {};
}

bool is_guid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !digit) return false;
    }
    return true;
}

Result<void> check_tenants(const ProviderConfig& config) {
    const bool entra = config.type == ProviderType::entra;
    SPAREKEY_CHECK(check_wanted(entra, !config.tenants.empty(), "tenant", config.type));
    for (const std::string& tenant : config.tenants) {
        // "common" and "organizations" would let everybody's tenants in (O-11).
        if (!SPAREKEY_LEFT_OUT("config-tenant") && !is_guid(tenant)) {
            return wrong("tenant", "'" + tenant + "' is no tenant's id (a GUID in lower case)");
        }
    }
    return {};
}

Result<void> check_secret(const ProviderConfig& config) {
    if (config.type == ProviderType::apple) {
        SPAREKEY_CHECK(
            check_wanted(false, !config.client_secret.empty(), "client_secret", config.type));
        if (!is_word(config.apple.team_id, 32)) return wrong("team_id", "is missing or no id");
        if (!is_word(config.apple.key_id, 32)) return wrong("key_id", "is missing or no id");
        const auto key = read_apple_key(config.apple.private_key);
        return key ? Result<void>{} : wrong("private_key", key.error().message);
    }
    const bool apple = !config.apple.team_id.empty() || !config.apple.key_id.empty();
    SPAREKEY_CHECK(check_wanted(false, apple, "team_id", config.type));
    SPAREKEY_CHECK(
        check_wanted(false, !config.apple.private_key.empty(), "private_key", config.type));
    // Only a provider that registers public clients goes without.
    const bool needed = config.type != ProviderType::oidc && config.type != ProviderType::oauth2;
    if (needed && config.client_secret.empty()) {
        return check_wanted(true, false, "client_secret", config.type);
    }
    return {};
}

}  // namespace

std::optional<ProviderType> provider_type(std::string_view name) {
    for (const auto& [known, type] : kTypes) {
        if (known == name) return type;
    }
    return std::nullopt;
}

std::string_view type_name(ProviderType type) {
    return kTypes[static_cast<std::size_t>(type)].first;
}

bool is_openid(ProviderType type) {
    return type != ProviderType::github && type != ProviderType::facebook &&
           type != ProviderType::oauth2;
}

Result<void> check(const ProviderConfig& config) {
    SPAREKEY_CHECK(check_names(config));
    SPAREKEY_CHECK(check_issuer(config));
    SPAREKEY_CHECK(check_endpoints(config));
    SPAREKEY_CHECK(check_tenants(config));
    SPAREKEY_CHECK(check_secret(config));
    if (!is_openid(config.type)) {
        return check_wanted(false, !config.audience_extra.empty(), "audience_extra", config.type);
    }
    if (!config.scopes.empty() &&
        std::find(config.scopes.begin(), config.scopes.end(), "openid") == config.scopes.end()) {
        return wrong("scopes", "\"openid\" has to be among them");
    }
    return {};
}

}  // namespace sparekey::sync
