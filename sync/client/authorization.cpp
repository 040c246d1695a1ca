#include "sync/client/authorization.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"
#include "sync/client/answer.h"
#include "sync/http_client/form_body.h"
#include "sync/http_client/url.h"
#include "sync/protocol/routes.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::SecretText;
using core::unexpected;
using std::chrono::seconds;

constexpr seconds kLongestLifetime{3600};
constexpr seconds kUsualInterval{5};  // RFC 8628 section 3.2
constexpr seconds kLongestInterval{60};
constexpr std::size_t kLongestUserCode = 32;

/// The member `name` as a place at the server's own origin, without that origin.
Result<std::string> own_place(const std::string& origin, const Json& document,
                              std::string_view name) {
    const std::string* const url = document.find_text(name);
    if (url == nullptr) return nonsense(origin, "without " + std::string(name));
    const bool own = url->starts_with(origin + "/") && parse_url(*url);
    if (own) return url->substr(origin.size());
    if (SPAREKEY_LEFT_OUT("metadata-origin")) return std::string(path::kToken);
    return nonsense(origin, "with a " + std::string(name) + " at another address");
}

std::vector<std::pair<std::string, std::string>> parameters_of(const LoginAim& aim) {
    std::vector<std::pair<std::string, std::string>> parameters{
        {"client_id", std::string(kClientId)}, {"device_name", shown_name(aim.device_name)}};
    if (aim.keys) {
        parameters.push_back({"device_key", core::to_base64url(aim.keys->signing)});
        parameters.push_back({"receiving_key", core::to_base64url(aim.keys->box)});
    }
    for (const auto& [name, value] :
         {std::pair{"provider", &aim.provider}, {"invite", &aim.invitation}, {"link", &aim.link}}) {
        if (!value->empty()) parameters.push_back({name, *value});
    }
    return parameters;
}

/// RFC 6749 section 5.2's word for what is wrong; "" if the body has none.
std::string error_word(const FetchResponse& response) {
    const auto body = Json::parse_object(response.body);
    const std::string* const word = body ? body->find_text("error") : nullptr;
    return word != nullptr ? *word : std::string();
}

core::Unexpected login_refused(const std::string& word) {
    if (word == "expired_token") {
        return unexpected(ErrorCode::refused, "nobody confirmed the login in time",
                          "begin again; a code is good for ten minutes");
    }
    if (word == "access_denied") {
        return unexpected(ErrorCode::refused, "the login was refused");
    }
    return unexpected(ErrorCode::refused, "the code of this login is not good, or no longer",
                      "begin again");
}

/// What an answer of the token endpoint means that is no token.
core::Unexpected token_failure(const std::string& origin, const FetchResponse& response) {
    const std::string word = error_word(response);
    for (const char* const refused : {"access_denied", "expired_token", "invalid_grant"}) {
        if (word == refused) return login_refused(word);
    }
    return failure(origin, response);
}

Result<SecretText> token_in(const std::string& origin, const FetchResponse& response) {
    SPAREKEY_TRY(const Json answer, object_of(origin, response));
    const std::string* const token = answer.find_text("access_token");
    if (token == nullptr || token->empty()) return nonsense(origin, "without a token");
    return SecretText::copy_of(*token);
}

/// A number of seconds from `least` to `most`; `usual` if the member is missing.
Result<seconds> seconds_in(const std::string& origin, const Json& document, std::string_view name,
                           seconds usual, seconds most) {
    const Json* const member = document.find(name);
    if (member == nullptr) return usual;
    const auto number = member->integer();
    if (!number) return nonsense(origin, "with what is no time");
    if (SPAREKEY_LEFT_OUT("waiting-time")) return seconds(*number);
    return seconds(std::clamp<std::uint64_t>(*number, 1, static_cast<std::uint64_t>(most.count())));
}

bool is_user_code(std::string_view code) {
    return !code.empty() && code.size() <= kLongestUserCode &&
           std::ranges::all_of(code, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

}  // namespace

std::string shown_name(std::string_view name) {
    std::size_t size = std::min(name.size(), kLongestShownName);
    while (size > 0 && !core::is_utf8(name.substr(0, size))) --size;
    return std::string(name.substr(0, size));
}

Result<Authorization> Authorization::discover(const ServerConnection& server) {
    ServerRequest request;
    request.target = path::kMetadata;
    SPAREKEY_TRY(const FetchResponse response, server.send(request));
    const std::string& origin = server.origin();
    SPAREKEY_TRY(const Json document, object_of(origin, response));
    const std::string* const issuer = document.find_text("issuer");
    if (issuer == nullptr) return nonsense(origin, "without saying who it is");
    // RFC 8414 section 3.3.
    if (*issuer != origin && !SPAREKEY_LEFT_OUT("metadata-issuer")) {
        return unexpected(ErrorCode::offline,
                          origin + " goes by another address: " +
                              core::printable(std::string_view(*issuer).substr(0, 200)),
                          "sign in at that one, if it is the server that you mean");
    }
    Authorization found(server);
    SPAREKEY_TRY(found.authorize_, own_place(origin, document, "authorization_endpoint"));
    SPAREKEY_TRY(found.token_, own_place(origin, document, "token_endpoint"));
    SPAREKEY_TRY(found.device_, own_place(origin, document, "device_authorization_endpoint"));
    const Json* const methods = document.find("code_challenge_methods_supported");
    const auto known = methods != nullptr ? methods->texts() : std::nullopt;
    if (!known || std::ranges::find(*known, "S256") == known->end()) {
        return nonsense(origin, "without PKCE, which a login needs");
    }
    return found;
}

Result<FetchResponse> Authorization::post(const std::string& target, SecretText form) const {
    ServerRequest request;
    request.method = FetchMethod::post;
    request.target = target;
    request.content_type = kFormType;
    request.body = std::move(form);
    return server_->send(request);
}

std::string Authorization::address(const LoginAim& aim, std::string_view redirect_uri,
                                   std::string_view state, const Pkce& pkce) const {
    auto parameters = parameters_of(aim);
    parameters.push_back({"response_type", "code"});
    parameters.push_back({"redirect_uri", std::string(redirect_uri)});
    parameters.push_back({"state", std::string(state)});
    parameters.push_back({"code_challenge", pkce.challenge});
    parameters.push_back({"code_challenge_method", "S256"});
    return with_query(server_->origin() + authorize_, parameters);
}

Result<SecretText> Authorization::exchange(std::string_view code, std::string_view redirect_uri,
                                           const Pkce& pkce) const {
    FormBody form;
    form.add("grant_type", "authorization_code")
        .add("client_id", kClientId)
        .add("code", code)
        .add("redirect_uri", redirect_uri)
        .add("code_verifier", pkce.verifier);
    SPAREKEY_TRY(const FetchResponse response, post(token_, std::move(form).take()));
    if (response.status != 200) return token_failure(server_->origin(), response);
    return token_in(server_->origin(), response);
}

Result<DeviceCodes> Authorization::begin_device_grant(const LoginAim& aim) const {
    FormBody form;
    for (const auto& [name, value] : parameters_of(aim)) form.add(name, value);
    SPAREKEY_TRY(const FetchResponse response, post(device_, std::move(form).take()));
    const std::string& origin = server_->origin();
    SPAREKEY_TRY(const Json answer, object_of(origin, response));
    const std::string* const code = answer.find_text("device_code");
    const std::string* const user_code = answer.find_text("user_code");
    if (code == nullptr || code->empty() || user_code == nullptr || !is_user_code(*user_code)) {
        return nonsense(origin, "without a code");
    }
    DeviceCodes codes;
    codes.device_code = SecretText::copy_of(*code);
    codes.user_code = *user_code;
    SPAREKEY_TRY(const std::string page, own_place(origin, answer, "verification_uri"));
    codes.verification_uri = origin + page;
    if (answer.find("verification_uri_complete") != nullptr) {
        SPAREKEY_TRY(const std::string whole,
                     own_place(origin, answer, "verification_uri_complete"));
        codes.verification_uri_complete = origin + whole;
    }
    SPAREKEY_TRY(codes.lifetime,
                 seconds_in(origin, answer, "expires_in", kLongestLifetime, kLongestLifetime));
    SPAREKEY_TRY(codes.interval,
                 seconds_in(origin, answer, "interval", kUsualInterval, kLongestInterval));
    return codes;
}

Result<DeviceAnswer> Authorization::ask_device_grant(const DeviceCodes& codes) const {
    FormBody form;
    form.add("grant_type", kDeviceCodeGrant)
        .add("client_id", kClientId)
        .add("device_code", codes.device_code.expose());
    SPAREKEY_TRY(const FetchResponse response, post(token_, std::move(form).take()));
    if (response.status != 200) {
        const std::string word = error_word(response);
        if (word == "authorization_pending") return DeviceAnswer(StillWaiting::as_before);
        if (word == "slow_down") return DeviceAnswer(StillWaiting::slower);
        return token_failure(server_->origin(), response);
    }
    SPAREKEY_TRY(SecretText token, token_in(server_->origin(), response));
    return DeviceAnswer(std::move(token));
}

}  // namespace sparekey::sync
