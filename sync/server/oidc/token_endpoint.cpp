#include "sync/server/oidc/token_endpoint.h"

#include "core/secret/base64.h"
#include "core/text/unicode.h"
#include "sync/http_client/form_body.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::SecretBuilder;
using core::SecretText;
using core::unexpected;

SecretText form_of(const TokenRequest& request) {
    FormBody form;
    form.add("grant_type", "authorization_code")
        .add("code", request.code)
        .add("redirect_uri", request.redirect_uri)
        .add("code_verifier", request.verifier);
    if (request.authentication != ClientAuthentication::basic) {
        form.add("client_id", request.client_id);
    }
    if (request.authentication == ClientAuthentication::post) {
        form.add("client_secret", request.client_secret.expose());
    }
    return std::move(form).take();
}

SecretText authorization_of(const TokenRequest& request) {
    if (request.authentication != ClientAuthentication::basic) return {};
    SecretBuilder both;
    append_encoded(both, request.client_id);
    both.append(':');
    append_encoded(both, request.client_secret.expose());
    SecretBuilder header;
    header.append("Basic ");
    header.append(core::secret_to_base64(both.expose()).expose());
    return SecretText(std::move(header).take());
}

/// RFC 6749 section 5.2. GitHub says so with status 200.
core::Unexpected failure(const std::string& url, const FetchResponse& response, const Json& body) {
    const std::string* const error = body.find_text("error");
    const std::string said = error == nullptr
                                 ? "status " + std::to_string(response.status)
                                 : core::printable(std::string_view(*error).substr(0, 64));
    const std::string message = url + " says: " + said;
    if (error != nullptr && (*error == "invalid_client" || *error == "unauthorized_client" ||
                             *error == "incorrect_client_credentials")) {
        return unexpected(ErrorCode::offline, message, "see client_id and client_secret");
    }
    const bool about_code = error != nullptr && response.status < 500;
    return unexpected(about_code ? ErrorCode::refused : ErrorCode::offline, message);
}

bool is_bearer(const Json& body) {
    const std::string* const type = body.find_text("token_type");
    static constexpr std::string_view kBearer = "bearer";
    return type != nullptr && type->size() == kBearer.size() &&
           std::equal(kBearer.begin(), kBearer.end(), type->begin(),
                      [](char left, char right) { return left == (right | 0x20); });
}

}  // namespace

Result<TokenAnswer> exchange_code(const ProviderHttp& http, TokenRequest request,
                                  const TimeLeft& left) {
    SPAREKEY_TRY(const FetchResponse response,
                 http.post(request.url, authorization_of(request), form_of(request), left));
    const auto body = Json::parse_object(response.body);
    if (!body) {
        return unexpected(ErrorCode::offline, request.url + " answers nonsense, with status " +
                                                  std::to_string(response.status));
    }
    if (response.status != 200 || body->find("error") != nullptr) {
        return failure(request.url, response, *body);
    }
    TokenAnswer answer;
    if (const std::string* const token = body->find_text("id_token")) answer.id_token = *token;
    const std::string* const access = body->find_text("access_token");
    if (access != nullptr && is_bearer(*body)) answer.access_token = SecretText::copy_of(*access);
    return answer;
}

}  // namespace sparekey::sync
