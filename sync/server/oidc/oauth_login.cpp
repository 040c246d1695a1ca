// OAuth 2.0 alone: the provider's user endpoint says whose the access token is.
//
// No signature binds that answer to the attempt. What does: a code that only this attempt's
// verifier redeems (PKCE), redeemed and asked about over TLS at the endpoints of one provider.
#include "core/base/mutant.h"
#include "core/text/unicode.h"
#include "sync/server/oidc/login_method.h"
#include "sync/server/oidc/person.h"
#include "sync/server/oidc/token_endpoint.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

constexpr std::size_t kLongestId = 255;

/// A number is taken as it is written, digit by digit; a text has to be plain.
Result<std::string> subject_of(const Json& user, const std::string& field) {
    const Json* const id = user.find(field);
    const auto digits = [](const std::string& text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    const bool usable =
        id != nullptr && !id->text().empty() && id->text().size() <= kLongestId &&
        (id->is(Json::Kind::number) ? digits(id->text())
                                    : core::is_plain_text(id->text()) &&
                                          id->text().find_first_of("\n\t") == std::string::npos);
    if (!SPAREKEY_LEFT_OUT("user-subject") && !usable) {
        return unexpected(ErrorCode::offline, "the provider does not say who it is");
    }
    return id == nullptr ? std::string() : id->text();
}

class OauthLogin final : public LoginMethod {
  public:
    OauthLogin(ProviderConfig config, LoginContext context)
        : config_(std::move(config)),
          context_(std::move(context)),
          profile_(profile_of(config_)),
          http_(context_.fetcher, config_.allow_private_address) {}

    Result<ProviderStart> start() override {
        ProviderStart made{{}, new_attempt(config_.id, context_.random, context_.clock)};
        made.url = authorization_url(profile_.authorization_endpoint, profile_, config_.client_id,
                                     context_.redirect_uri, made.attempt);
        return made;
    }

    Result<ProviderLogin> finish(const ProviderAttempt& attempt,
                                 const CallbackParameters& parameters) override {
        const TimeLeft left;
        SPAREKEY_TRY(const std::string code,
                     code_of_answer(attempt, parameters, answer_issuer(), context_.clock.now_ms()));
        TokenRequest request{profile_.token_endpoint,
                             profile_.authentication,
                             config_.client_id,
                             config_.client_secret.clone(),
                             code,
                             context_.redirect_uri,
                             attempt.verifier};
        SPAREKEY_TRY(const TokenAnswer answer, exchange_code(http_, std::move(request), left));
        if (answer.access_token.empty()) {
            return unexpected(ErrorCode::offline, "the provider gives no access token");
        }
        SPAREKEY_TRY(const Json user,
                     http_.get_as(profile_.user_endpoint, answer.access_token, left));
        ProviderLogin login;
        SPAREKEY_TRY(std::string subject, subject_of(user, profile_.id_field));
        login.key = {profile_.issuer, std::move(subject)};
        login.provider = config_.id;
        const std::string* const name = user.find_text(profile_.name_field);
        login.display = display_text(name == nullptr ? login.key.subject : *name);
        return login;
    }

  private:
    /// Only a configured issuer is known to be what the provider would call itself.
    AnswerIssuer answer_issuer() const {
        return {false, [this](const std::string& named) {
                    return config_.issuer.empty() || named == config_.issuer;
                }};
    }

    const ProviderConfig config_;
    const LoginContext context_;
    const Profile profile_;
    const ProviderHttp http_;
};

}  // namespace

std::unique_ptr<LoginMethod> oauth_login(ProviderConfig config, LoginContext context) {
    return std::make_unique<OauthLogin>(std::move(config), std::move(context));
}

}  // namespace sparekey::sync
