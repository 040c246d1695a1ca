// What is particular to one provider: Entra's tenants (O-11), Google's issuer (O-12), Apple's
// secret, the ones that speak OAuth 2.0 alone.
#include "core/crypto/ecdsa.h"
#include "sync/protocol/json.h"
#include "sync/server/oidc/apple_secret.h"
#include "sync/server/oidc/profile.h"
#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

using sync::ProviderConfig;
using sync::ProviderType;

const std::string kTenant = "11111111-2222-3333-4444-555555555555";
const std::string kOtherTenant = "aaaaaaaa-2222-3333-4444-555555555555";
const std::string kStranger = "ffffffff-2222-3333-4444-555555555555";
const std::string kMicrosoft = "https://login.microsoftonline.com/";

ProviderConfig config_of(ProviderType type) {
    ProviderConfig config = LoginBench::plain_config();
    config.type = type;
    config.issuer.clear();
    return config;
}

ProviderConfig entra(std::vector<std::string> tenants) {
    ProviderConfig config = config_of(ProviderType::entra);
    config.tenants = std::move(tenants);
    return config;
}

/// A login of somebody of `tenant` at a server that lets two tenants in.
std::string of_tenant(const std::string& tenant, const std::string& issuer,
                      const std::string& key_issuer = {}) {
    LoginBench bench(entra({kTenant, kOtherTenant}), kMicrosoft + "{tenantid}/v2.0");
    bench.provider.metadata.erase("code_challenge_methods_supported");
    bench.claims["tid"] = tenant;
    bench.claims["iss"] = in_quotes(issuer);
    if (!key_issuer.empty()) {
        bench.provider.keys = {rsa_key().jwk("one", R"(,"issuer":")" + key_issuer + '"')};
    }
    return bench.outcome();
}

std::string issuer_of(const std::string& tenant) {
    return kMicrosoft + tenant + "/v2.0";
}

/// An OAuth 2.0 provider whose user endpoint answers `user`.
std::unique_ptr<LoginBench> with_user(const std::string& user,
                                      ProviderType type = ProviderType::oauth2) {
    ProviderConfig config = config_of(type);
    if (type == ProviderType::oauth2) {
        config.authorization_endpoint = "https://id.example.org/authorize";
        config.token_endpoint = "https://id.example.org/token";
        config.user_endpoint = "https://id.example.org/userinfo";
        config.id_field = "id";
        config.name_field = "login";
    }
    auto bench = std::make_unique<LoginBench>(std::move(config));
    bench->provider.user_info = user;
    bench->provider.make_token = {};
    return bench;
}

/// P-256, made for this test.
const char* const kAppleKey = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDUAzhqJ/PvhD2xqj
NQ0hRe8RbTAKcUCP3Go3WgARJ/GhRANCAASAC6MTdu4lLEQATgFW2JbUWaOranKO
cgo4oB8+eI79/Hdy7eIwFq8sSLjBeNryJXyOmDDysU+U3y6yFAusysGC
-----END PRIVATE KEY-----
)";

ProviderConfig apple_config() {
    ProviderConfig config = config_of(ProviderType::apple);
    config.client_secret = {};
    config.apple = {"TEAM123456", "KEY1234567", core::SecretText::copy_of(kAppleKey)};
    return config;
}

}  // namespace

TEST_CASE("only allowed tenants of Entra are let in", "[oidc][entra][mutant:token-tenant]") {
    CHECK(of_tenant(in_quotes(kTenant), issuer_of(kTenant)) == "logged in");
    CHECK(of_tenant(in_quotes(kOtherTenant), issuer_of(kOtherTenant)) == "logged in");
    CHECK(of_tenant(in_quotes(kStranger), issuer_of(kStranger)) == "refused");
    CHECK(of_tenant("", issuer_of(kTenant)) == "refused");
    CHECK(of_tenant("1", issuer_of(kTenant)) == "refused");
    CHECK(of_tenant(in_quotes("{tenantid}"), issuer_of("{tenantid}")) == "refused");
    CHECK(of_tenant(in_quotes(""), issuer_of("")) == "refused");
}

TEST_CASE("a tenant's token is of that tenant's issuer", "[oidc][entra]") {
    CHECK(of_tenant(in_quotes(kTenant), issuer_of(kOtherTenant)) == "refused");
    CHECK(of_tenant(in_quotes(kTenant), issuer_of(kStranger)) == "refused");
    CHECK(of_tenant(in_quotes(kTenant), issuer_of("{tenantid}")) == "refused");
    CHECK(of_tenant(in_quotes(kTenant), "https://evil.example/" + kTenant + "/v2.0") == "refused");
    CHECK(of_tenant(in_quotes(kTenant), "https://sts.windows.net/" + kTenant + "/") == "refused");
}

TEST_CASE("a key that names its issuer signs for no other", "[oidc][entra][mutant:key-issuer]") {
    const auto with_key_of = [](const std::string& issuer) {
        return of_tenant(in_quotes(kTenant), issuer_of(kTenant), issuer);
    };
    CHECK(with_key_of(issuer_of("{tenantid}")) == "logged in");
    CHECK(with_key_of(issuer_of(kTenant)) == "logged in");
    CHECK(with_key_of(issuer_of(kOtherTenant)) == "refused");
    CHECK(with_key_of("https://sts.windows.net/{tenantid}/") == "refused");
}

TEST_CASE("an Entra login is filed under its tenant's issuer and hands on tid and oid",
          "[oidc][entra]") {
    LoginBench bench(entra({kTenant}), issuer_of(kTenant));
    bench.claims["tid"] = in_quotes(kTenant);
    bench.claims["oid"] = in_quotes("object");
    const auto login = bench.log_in();
    REQUIRE(login);
    CHECK(login->key == sync::IdentityKey{issuer_of(kTenant), "248289761001"});
    CHECK(login->claims == std::map<std::string, std::string>{{"tid", kTenant}, {"oid", "object"}});
    CHECK(bench.provider.requests.front().url ==
          issuer_of(kTenant) + "/.well-known/openid-configuration");
}

TEST_CASE("Entra's shared metadata is asked for where several tenants are let in",
          "[oidc][entra]") {
    const std::string personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
    const std::string end = "/v2.0/.well-known/openid-configuration";
    CHECK(sync::profile_of(entra({kTenant, kOtherTenant})).metadata_url ==
          kMicrosoft + "organizations" + end);
    CHECK(sync::profile_of(entra({kTenant, personal})).metadata_url == kMicrosoft + "common" + end);
    ProviderConfig sovereign = entra({kTenant});
    sovereign.base_url = "https://login.microsoftonline.us";
    CHECK(sync::profile_of(sovereign).metadata_issuer ==
          "https://login.microsoftonline.us/" + kTenant + "/v2.0");
}

TEST_CASE("metadata with a gap for the tenant is taken from Entra alone", "[oidc][entra]") {
    LoginBench bench;
    bench.provider.metadata["issuer"] = in_quotes("https://id.example.org/{tenantid}");
    CHECK(bench.outcome() == "offline");
    LoginBench single(entra({kTenant}), issuer_of(kTenant));
    single.provider.metadata["issuer"] = in_quotes(issuer_of("{tenantid}"));
    CHECK(single.outcome() == "offline");
}

TEST_CASE("Google's two spellings are one issuer, and nobody else's", "[oidc][google]") {
    const auto as = [](const std::string& issuer) {
        LoginBench bench(config_of(ProviderType::google), "https://accounts.google.com");
        bench.claims["iss"] = in_quotes(issuer);
        bench.claims["hd"] = in_quotes("example.org");
        return bench.log_in();
    };
    for (const char* spelling : {"https://accounts.google.com", "accounts.google.com"}) {
        const auto login = as(spelling);
        REQUIRE(login);
        CHECK(login->key.issuer == "https://accounts.google.com");
        CHECK(login->claims.at("hd") == "example.org");
    }
    CHECK_FALSE(as("http://accounts.google.com"));
    CHECK_FALSE(as("google.com"));
    LoginBench plain;  // whose issuer has no other spelling, and whose hd means nothing
    plain.claims["hd"] = in_quotes("example.org");
    CHECK(plain.log_in()->claims.empty());
    plain.claims["iss"] = in_quotes("id.example.org");
    CHECK(plain.outcome() == "refused");
}

TEST_CASE("GitLab, Auth0 and Okta are found by their base or issuer", "[oidc][preset]") {
    CHECK(sync::profile_of(config_of(ProviderType::gitlab)).issuer == "https://gitlab.com");
    ProviderConfig gitlab = config_of(ProviderType::gitlab);
    gitlab.base_url = "https://git.example.org/gitlab";
    CHECK(sync::profile_of(gitlab).metadata_url ==
          "https://git.example.org/gitlab/.well-known/openid-configuration");
    ProviderConfig auth0 = config_of(ProviderType::auth0);
    auth0.issuer = "https://a.eu.auth0.com";
    CHECK(sync::profile_of(auth0).issuer == "https://a.eu.auth0.com/");
    ProviderConfig okta = config_of(ProviderType::okta);
    okta.issuer = "https://a.okta.com/oauth2/default";
    CHECK(sync::profile_of(okta).issuer == "https://a.okta.com/oauth2/default");
}

TEST_CASE("GitHub and Facebook are asked at their user endpoint", "[oidc][oauth]") {
    const auto bench =
        with_user(R"({"id":583231,"login":"octocat","name":null})", ProviderType::github);
    const auto started = bench->start();
    REQUIRE(started);
    CHECK(started->url.starts_with("https://github.com/login/oauth/authorize?"));
    CHECK(started->url.find("code_challenge_method=S256") != std::string::npos);
    CHECK(started->url.find("nonce=") == std::string::npos);
    CHECK(started->url.find("scope=") == std::string::npos);
    CHECK(bench->provider.requests.empty());
    CHECK_FALSE(bench->finish());  // the bench does not answer at api.github.com
    CHECK(bench->provider.requests.back().url == "https://api.github.com/user");
    CHECK(bench->provider.last_form["client_secret"] == "s3cret&more");
    CHECK(bench->provider.last_form["code_verifier"] == bench->attempt.verifier);
    ProviderConfig own = config_of(ProviderType::github);
    own.base_url = "https://git.example.org";
    CHECK(sync::profile_of(own).user_endpoint == "https://git.example.org/api/v3/user");
    CHECK(sync::profile_of(own).issuer == "https://git.example.org");
    CHECK(sync::profile_of(config_of(ProviderType::github)).issuer == "https://github.com");
    CHECK(sync::profile_of(config_of(ProviderType::facebook)).issuer == "https://www.facebook.com");
}

TEST_CASE("an id keeps every digit", "[oidc][oauth]") {
    for (const char* id :
         {"1", "0", "9007199254740993", "18446744073709551616", "123456789012345678901234567890"}) {
        const auto login =
            with_user(R"({"id":)" + std::string(id) + R"(,"login":"octocat"})")->log_in();
        REQUIRE(login);
        CHECK(login->key == sync::IdentityKey{"https://id.example.org", id});
        CHECK(login->display == "octocat");
        CHECK(login->email_domain.empty());
    }
    CHECK(with_user(R"({"id":"text id"})")->log_in()->key.subject == "text id");
    CHECK(with_user(R"({"id":"12"})")->log_in()->display == "12");
}

TEST_CASE("an answer that does not say who it is is refused",
          "[oidc][oauth][mutant:user-subject]") {
    for (const char* user :
         {"{}", R"({"id":null})", R"({"id":-1})", R"({"id":1.5})", R"({"id":1e3})", R"({"id":""})",
          R"({"id":true})", R"({"id":[1]})", R"({"id":{"id":1}})", R"({"id":"a\nb"})",
          R"({"id":"a\u0000b"})", R"({"ID":1})"}) {
        INFO(user);
        CHECK(with_user(user)->outcome() == "offline");
    }
    for (const char* user : {"", "[]", "1", R"({"id":1,"id":2})"}) {
        CHECK(with_user(user)->outcome() == "offline");
    }
}

TEST_CASE("without a bearer's token nobody is asked about", "[oidc][oauth]") {
    for (const JsonMembers& answer :
         {JsonMembers{}, JsonMembers{{"access_token", in_quotes("access")}},
          JsonMembers{{"access_token", in_quotes("access")}, {"token_type", in_quotes("mac")}},
          JsonMembers{{"access_token", "1"}, {"token_type", in_quotes("bearer")}}}) {
        const auto bench = with_user(R"({"id":1})");
        bench->provider.token_answer = answer;
        CHECK(bench->outcome() == "offline");
        CHECK(bench->provider.hits("/userinfo") == 0);
    }
    const auto refused = with_user(R"({"id":1})");
    refused->provider.token_answer = {{"error", in_quotes("bad_verification_code")}};
    CHECK(refused->outcome() == "refused");
}

TEST_CASE("an OAuth provider whose issuer is known may not answer in another's name",
          "[oidc][oauth]") {
    const auto named = [](const std::string& configured, const std::string& issuer) {
        ProviderConfig config = config_of(ProviderType::oauth2);
        config.issuer = configured;
        config.authorization_endpoint = "https://id.example.org/authorize";
        config.token_endpoint = "https://id.example.org/token";
        config.user_endpoint = "https://id.example.org/userinfo";
        config.id_field = "id";
        LoginBench bench(std::move(config));
        bench.provider.user_info = R"({"id":1})";
        bench.provider.make_token = {};
        bench.meddle = [&](auto& answer) { answer["iss"] = issuer; };
        return bench.outcome();
    };
    CHECK(named("https://id.example.org", "https://id.example.org") == "logged in");
    CHECK(named("https://id.example.org", "https://evil.example") == "refused");
    CHECK(named("", "https://whatever.example") == "logged in");
}

TEST_CASE("Apple is answered by a form and authenticated by a signed secret", "[oidc][apple]") {
    LoginBench bench(apple_config(), "https://appleid.apple.com");
    bench.provider.metadata.erase("code_challenge_methods_supported");
    bench.provider.metadata["token_endpoint_auth_methods_supported"] = R"(["client_secret_post"])";
    const auto started = bench.start();
    REQUIRE(started);
    CHECK(started->url.find("response_mode=form_post") != std::string::npos);
    REQUIRE(bench.finish());
    CHECK(bench.provider.last_form["client_id"] == "client");
    const std::string secret = bench.provider.last_form["client_secret"];
    CHECK(secret.starts_with(b64(R"({"alg":"ES256","kid":"KEY1234567"})") + "."));
    bench.clock.advance(1'799'000);
    bench.outcome();
    CHECK(bench.provider.last_form["client_secret"] == secret);
    bench.clock.advance(1'000);
    bench.outcome();
    CHECK(bench.provider.last_form["client_secret"] != secret);
}

TEST_CASE("Apple's secret is signed by its key and says what Apple wants", "[oidc][apple]") {
    const FakeClock clock;
    const std::string secret(sync::AppleSecret(apple_config(), clock).current().expose());
    const std::size_t first = secret.find('.'), last = secret.rfind('.');
    const core::Bytes claims = *core::from_base64url(secret.substr(first + 1, last - first - 1));
    const auto said = sync::Json::parse_object(core::text_of(claims)).value();
    CHECK(*said.find_text("iss") == "TEAM123456");
    CHECK(*said.find_text("sub") == "client");
    CHECK(*said.find_text("aud") == "https://appleid.apple.com");
    CHECK(said.find("iat")->integer() == 1'900'000'000);
    CHECK(said.find("exp")->integer() == 1'900'003'600);
    const core::Bytes signature = *core::from_base64url(secret.substr(last + 1));
    REQUIRE(signature.size() == 64);
    const auto middle = signature.begin() + 32;
    const auto key = sync::read_apple_key(core::SecretText::copy_of(kAppleKey)).value();
    CHECK(core::ecdsa_verify(key.public_key, core::bytes_of(secret.substr(0, last)),
                             {{signature.begin(), middle}, {middle, signature.end()}}));
}

}  // namespace sparekey::tests
