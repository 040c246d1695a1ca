#include "sync/server/oidc/token_endpoint.h"

#include "core/secret/base64.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::SecretBuilder;
using core::SecretText;
using core::unexpected;

/// As a form has it, byte by byte, so that no copy of a secret is left.
void append_encoded(SecretBuilder& form, std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    static constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kPlain.find(c) != std::string_view::npos) {
            form.append(c);
        } else {
            const char encoded[] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
            form.append(std::string_view(encoded, sizeof encoded));
        }
    }
}

void append_field(SecretBuilder& form, std::string_view name, std::string_view value) {
    if (form.size() > 0) form.append('&');
    form.append(name);
    form.append('=');
    append_encoded(form, value);
}

SecretText form_of(const TokenRequest& request) {
    SecretBuilder form;
    append_field(form, "grant_type", "authorization_code");
    append_field(form, "code", request.code);
    append_field(form, "redirect_uri", request.redirect_uri);
    append_field(form, "code_verifier", request.verifier);
    if (request.authentication != ClientAuthentication::basic) {
        append_field(form, "client_id", request.client_id);
    }
    if (request.authentication == ClientAuthentication::post) {
        append_field(form, "client_secret", request.client_secret.expose());
    }
    return SecretText(std::move(form).take());
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
