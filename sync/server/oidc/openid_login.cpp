// OpenID Connect, code flow: the ID token says who it is.
#include "core/base/mutant.h"
#include "sync/server/oidc/apple_secret.h"
#include "sync/server/oidc/cached_document.h"
#include "sync/server/oidc/discovery.h"
#include "sync/server/oidc/id_token.h"
#include "sync/server/oidc/login_method.h"
#include "sync/server/oidc/person.h"
#include "sync/server/oidc/token_endpoint.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using core::Result;
using core::unexpected;

using Metadata = CachedDocument<ProviderMetadata>;
using Keys = CachedDocument<KeySet>;

class OpenidLogin final : public LoginMethod {
  public:
    OpenidLogin(ProviderConfig config, LoginContext context)
        : config_(std::move(config)),
          context_(std::move(context)),
          profile_(profile_of(config_)),
          http_(context_.fetcher, config_.allow_private_address),
          metadata_(context_.clock),
          keys_(context_.clock) {
        if (config_.type == ProviderType::apple) apple_.emplace(config_, context_.clock);
    }

    Result<ProviderStart> start() override {
        const TimeLeft left;
        SPAREKEY_TRY(const Metadata::Shared metadata, metadata_now(left));
        ProviderStart made{{}, new_attempt(config_.id, context_.random, context_.clock)};
        made.url = authorization_url(metadata->authorization_endpoint, profile_, config_.client_id,
                                     context_.redirect_uri, made.attempt);
        return made;
    }

    Result<ProviderLogin> finish(const ProviderAttempt& attempt,
                                 const CallbackParameters& parameters) override {
        const TimeLeft left;
        SPAREKEY_TRY(const Metadata::Shared metadata, metadata_now(left));
        SPAREKEY_TRY(
            const std::string code,
            code_of_answer(attempt, parameters, answer_issuer(*metadata), context_.clock.now_ms()));
        TokenRequest request{metadata->token_endpoint,
                             metadata->authentication,
                             config_.client_id,
                             client_secret(),
                             code,
                             context_.redirect_uri,
                             attempt.verifier};
        SPAREKEY_TRY(const TokenAnswer answer, exchange_code(http_, std::move(request), left));
        SPAREKEY_TRY(const SignedToken token, parse_token(answer.id_token, metadata->algorithms));
        SPAREKEY_TRY(const Json claims, signed_claims(token, *metadata, left));
        const TokenRules rules{
            profile_, config_.client_id,   attempt.nonce, context_.clock.now_ms(), token.algorithm,
            code,     &answer.access_token};
        SPAREKEY_TRY(std::string issuer, check_claims(claims, rules));
        return login_of(std::move(issuer), claims, answer, *metadata, left);
    }

  private:
    bool has_secret() const { return apple_ || !config_.client_secret.empty(); }
    core::SecretText client_secret() {
        return apple_ ? apple_->current() : config_.client_secret.clone();
    }

    Result<Metadata::Shared> metadata_now(const TimeLeft& left) {
        return metadata_.get([&]() -> Result<ProviderMetadata> {
            SPAREKEY_TRY(const std::string text,
                         http_.get(profile_.metadata_url, left, Redirects::one_of_same_origin));
            return parse_metadata(text, profile_, has_secret());
        });
    }

    AnswerIssuer answer_issuer(const ProviderMetadata& metadata) const {
        return {metadata.names_issuer_in_answers, [this](const std::string& named) {
                    const auto is_tenant = [&](const std::string& tenant) {
                        return named == with_tenant(profile_.issuer, tenant);
                    };
                    return named == profile_.metadata_issuer ||
                           std::any_of(profile_.tenants.begin(), profile_.tenants.end(), is_tenant);
                }};
    }

    /// With the keys at hand; with newer ones if the token's is not among them.
    Result<Json> signed_claims(const SignedToken& token, const ProviderMetadata& metadata,
                               const TimeLeft& left) {
        const Keys::Fetch fetch = [&]() -> Result<KeySet> {
            SPAREKEY_TRY(const std::string text, http_.get(metadata.keys_url, left));
            return parse_key_set(text);
        };
        SPAREKEY_TRY(Keys::Shared keys, keys_.get(fetch));
        auto claims = verified_claims(token, *keys);
        if (!claims && claims.error().code == ErrorCode::not_found) {
            SPAREKEY_TRY(keys, keys_.get_newer(fetch));
            claims = verified_claims(token, *keys);
        }
        if (!claims && claims.error().code == ErrorCode::not_found) {
            return unexpected(ErrorCode::refused, claims.error().message);
        }
        return claims;
    }

    Result<ProviderLogin> login_of(std::string issuer, const Json& claims,
                                   const TokenAnswer& answer, const ProviderMetadata& metadata,
                                   const TimeLeft& left) const {
        ProviderLogin login;
        login.key = {std::move(issuer), *claims.find_text("sub")};
        login.provider = config_.id;
        for (const std::string& name : profile_.policy_claims) {
            if (const std::string* const text = claims.find_text(name)) login.claims[name] = *text;
        }
        describe(login, claims);
        SPAREKEY_CHECK(ask_userinfo(login, claims, answer, metadata, left));
        if (login.display.empty()) login.display = display_text(login.key.subject);
        return login;
    }

    /// What the ID token did not tell. A provider that does not answer here is no reason to refuse.
    Result<void> ask_userinfo(ProviderLogin& login, const Json& claims, const TokenAnswer& answer,
                              const ProviderMetadata& metadata, const TimeLeft& left) const {
        const bool complete = !login.display.empty() && claims.find("email") != nullptr;
        if (complete || profile_.scopes.size() < 2) return {};
        if (metadata.userinfo_endpoint.empty() || answer.access_token.empty()) return {};
        const auto told = http_.get_as(metadata.userinfo_endpoint, answer.access_token, left);
        if (!told) return {};
        const std::string* const subject = told->find_text("sub");
        const bool same = subject != nullptr && *subject == login.key.subject;
        if (!SPAREKEY_LEFT_OUT("userinfo-subject") && !same) {
            return unexpected(ErrorCode::refused, "the provider's user info is of somebody else");
        }
        describe(login, *told);
        return {};
    }

    const ProviderConfig config_;
    const LoginContext context_;
    const Profile profile_;
    const ProviderHttp http_;
    Metadata metadata_;
    Keys keys_;
    std::optional<AppleSecret> apple_;
};

}  // namespace

std::unique_ptr<LoginMethod> openid_login(ProviderConfig config, LoginContext context) {
    return std::make_unique<OpenidLogin>(std::move(config), std::move(context));
}

}  // namespace sparekey::sync
