#include "sync/server/oidc/discovery.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"
#include "sync/server/oidc/endpoint.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;
using Texts = std::vector<std::string>;

core::Unexpected nonsense(const std::string& what) {
    return unexpected(ErrorCode::offline, "the provider's metadata " + what);
}

bool is_among(const Texts& texts, std::string_view wanted) {
    return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

/// The texts of an array, or `otherwise` if there is none.
Result<Texts> texts_of(const Json& document, std::string_view name, Texts otherwise) {
    const Json* const found = document.find(name);
    if (found == nullptr) return otherwise;
    const auto texts = found->texts();
    if (!texts) return nonsense("has no list of texts for " + std::string(name));
    return *texts;
}

Result<void> check_document_issuer(const Json& document, const Profile& profile) {
    const std::string* const issuer = document.find_text("issuer");
    if (issuer == nullptr) return nonsense("names no issuer");
    if (!SPAREKEY_LEFT_OUT("metadata-issuer") && *issuer != profile.metadata_issuer) {
        return nonsense("is of the issuer " + core::printable(issuer->substr(0, 200)) +
                        " instead of " + profile.metadata_issuer);
    }
    return {};
}

Result<void> check_pkce(const Json& document, const Profile& profile) {
    const Texts silent = profile.assume_pkce ? Texts{"S256"} : Texts{};
    SPAREKEY_TRY(const Texts methods,
                 texts_of(document, "code_challenge_methods_supported", silent));
    if (!SPAREKEY_LEFT_OUT("metadata-pkce") && !is_among(methods, "S256")) {
        return nonsense("does not offer PKCE with S256");
    }
    return {};
}

Result<std::string> endpoint_of(const Json& document, std::string_view name,
                                const Profile& profile) {
    const std::string* const url = document.find_text(name);
    if (url == nullptr) return nonsense("names no " + std::string(name));
    const auto checked = check_endpoint(*url, plain_http_of(profile.metadata_url));
    if (!checked)
        return nonsense("has a bad " + std::string(name) + ": " + checked.error().message);
    return *url;
}

Result<Algorithms> algorithms_of(const Json& document, const Profile& profile) {
    SPAREKEY_TRY(const Texts offered,
                 texts_of(document, "id_token_signing_alg_values_supported", {"RS256"}));
    Algorithms both;
    for (const std::string& name : offered) {
        const auto known = algorithm_of(name);
        if (known && contains(profile.algorithms, *known)) both.push_back(*known);
    }
    if (both.empty()) return nonsense("offers no signature algorithm that we take");
    return both;
}

Result<ClientAuthentication> authentication_of(const Json& document, bool has_secret) {
    SPAREKEY_TRY(const Texts offered, texts_of(document, "token_endpoint_auth_methods_supported",
                                               {"client_secret_basic"}));
    if (!has_secret) return ClientAuthentication::none;
    if (is_among(offered, "client_secret_basic")) return ClientAuthentication::basic;
    if (is_among(offered, "client_secret_post")) return ClientAuthentication::post;
    return nonsense("offers no way to authenticate by a client secret");
}

}  // namespace

Result<ProviderMetadata> parse_metadata(std::string_view text, const Profile& profile,
                                        bool has_secret) {
    const auto document = Json::parse_object(text);
    if (!document) return nonsense("is " + document.error().message);
    SPAREKEY_CHECK(check_document_issuer(*document, profile));
    SPAREKEY_CHECK(check_pkce(*document, profile));
    ProviderMetadata metadata;
    SPAREKEY_TRY(metadata.authorization_endpoint,
                 endpoint_of(*document, "authorization_endpoint", profile));
    SPAREKEY_TRY(metadata.token_endpoint, endpoint_of(*document, "token_endpoint", profile));
    SPAREKEY_TRY(metadata.keys_url, endpoint_of(*document, "jwks_uri", profile));
    if (document->find("userinfo_endpoint") != nullptr) {
        SPAREKEY_TRY(metadata.userinfo_endpoint,
                     endpoint_of(*document, "userinfo_endpoint", profile));
    }
    SPAREKEY_TRY(metadata.algorithms, algorithms_of(*document, profile));
    SPAREKEY_TRY(metadata.authentication, authentication_of(*document, has_secret));
    metadata.names_issuer_in_answers =
        document->is_true("authorization_response_iss_parameter_supported");
    return metadata;
}

}  // namespace sparekey::sync
