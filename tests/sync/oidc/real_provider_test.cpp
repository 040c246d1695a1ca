// Logins at a certified provider, over real HTTP: oidc-provider in several shapes.
#include "core/crypto/system_random.h"
#include "sync/http_client/curl_fetcher.h"
#include "sync/server/oidc/configured_providers.h"
#include "tests/support/fake_clock.h"
#include "tests/support/login_provider.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>

namespace sparekey::tests {
namespace {

using sync::ProviderConfig;
using sync::ProviderLogin;
using sync::ProviderType;

const std::string kCallback = "http://127.0.0.1:9/login/callback/real";

std::uint64_t system_ms() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count());
}

/// A server that knows the provider, and both steps of a login there.
class Bench {
  public:
    Bench(const std::string& shape, ProviderType type) : provider(shape, {kCallback}) {
        clock.set(system_ms());
        ProviderConfig config;
        config.id = "real";
        config.type = type;
        config.client_id = kProviderClient;
        config.client_secret = core::SecretText::copy_of(kProviderSecret);
        if (type == ProviderType::oidc) config.issuer = provider.origin();
        if (type == ProviderType::entra) {
            config.base_url = provider.origin();
            config.tenants = {kProviderTenant};
        }
        if (type == ProviderType::oauth2) {
            config.authorization_endpoint = provider.origin() + "/auth";
            config.token_endpoint = provider.origin() + "/token";
            config.user_endpoint = provider.origin() + "/user";
            config.id_field = "id";
            config.name_field = "login";
            config.scopes = {"profile"};  // it refuses who asks for nothing
        }
        std::vector<ProviderConfig> configs;
        configs.push_back(std::move(config));
        providers = sync::ConfiguredProviders::make(std::move(configs), "http://127.0.0.1:9",
                                                    fetcher, random, clock)
                        .value();
    }

    core::Result<ProviderLogin> log_in(const std::string& name) {
        SPAREKEY_TRY(const sync::ProviderStart started, providers->start("real"));
        attempt = started.attempt;
        answer = log_in_as(name, started.url, kCallback);
        return providers->finish(attempt, answer);
    }

    LoginProvider provider;
    FakeClock clock;
    core::SystemRandom random;
    sync::CurlFetcher fetcher;
    std::unique_ptr<sync::ConfiguredProviders> providers;
    sync::ProviderAttempt attempt;
    std::map<std::string, std::string> answer;
};

void check_plain_login(const std::string& shape) {
    INFO(shape);
    Bench bench(shape, ProviderType::oidc);
    const auto login = bench.log_in("jo");
    INFO((login ? "" : login.error().message));
    REQUIRE(login);
    CHECK(login->key == sync::IdentityKey{bench.provider.origin(), "jo"});
    CHECK(login->display == "jo");
    CHECK(login->email_domain == "example.org");  // which this provider tells at userinfo only
    CHECK(bench.answer.at("iss") == bench.provider.origin());
}

}  // namespace

TEST_CASE("a person logs in at a certified provider, whatever it signs with", "[oidc][provider]") {
    for (const char* shape : {"oidc", "ps256", "es256", "eddsa"}) check_plain_login(shape);
}

TEST_CASE("a code of a certified provider is good once", "[oidc][provider]") {
    Bench bench("oidc", ProviderType::oidc);
    REQUIRE(bench.log_in("jo"));
    const auto again = bench.providers->finish(bench.attempt, bench.answer);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == core::ErrorCode::refused);
}

TEST_CASE("a certified provider takes no code with another attempt's verifier",
          "[oidc][provider]") {
    Bench bench("oidc", ProviderType::oidc);
    const auto started = bench.providers->start("real").value();
    const auto answer = log_in_as("jo", started.url, kCallback);
    auto stolen = bench.providers->start("real")->attempt;
    stolen.state = started.attempt.state;
    stolen.nonce = started.attempt.nonce;
    const auto login = bench.providers->finish(stolen, answer);
    REQUIRE_FALSE(login);
    CHECK(login.error().code == core::ErrorCode::refused);
    CHECK(login.error().message.find("invalid_grant") != std::string::npos);
}

TEST_CASE("the keys of a certified provider may change between two logins", "[oidc][provider]") {
    Bench bench("oidc", ProviderType::oidc);
    REQUIRE(bench.log_in("jo"));
    bench.provider.restart();
    REQUIRE(bench.log_in("jo"));
    bench.provider.restart();
    CHECK(bench.log_in("jo").error().code == core::ErrorCode::refused);  // too soon to ask again
    bench.clock.advance(5 * 60'000);
    bench.provider.stop();
    const auto down = bench.providers->finish(bench.attempt, bench.answer);
    REQUIRE_FALSE(down);
    CHECK(down.error().code == core::ErrorCode::offline);
}

TEST_CASE("a tenant's provider is logged in at as Entra is", "[oidc][provider]") {
    Bench bench("tenant", ProviderType::entra);
    const auto login = bench.log_in("jo");
    INFO((login ? "" : login.error().message));
    REQUIRE(login);
    CHECK(login->key.issuer == bench.provider.origin() + "/" + kProviderTenant + "/v2.0");
    CHECK(login->key.subject == "jo");
    CHECK(login->claims.at("tid") == kProviderTenant);
    CHECK(login->claims.at("oid") == "object-1");
}

TEST_CASE("a provider without ID tokens says at its user endpoint who it is", "[oidc][provider]") {
    Bench bench("oauth2", ProviderType::oauth2);
    const auto login = bench.log_in("jo");
    INFO((login ? "" : login.error().message));
    REQUIRE(login);
    CHECK(login->key == sync::IdentityKey{bench.provider.origin(), "9007199254740993"});
    CHECK(login->display == "jo");
}

}  // namespace sparekey::tests
