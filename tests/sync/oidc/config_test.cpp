// Mistakes in `[[provider]]`: each is said with the key that is wrong.
#include "sync/server/oidc/provider_config.h"
#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {
namespace {

using tests::LoginBench;

/// The key that check() names first, or "" if it finds nothing wrong.
std::string wrong_key(ProviderType type, const std::function<void(ProviderConfig&)>& change) {
    ProviderConfig config = LoginBench::plain_config();
    config.type = type;
    if (type != ProviderType::oidc && type != ProviderType::okta && type != ProviderType::auth0) {
        config.issuer.clear();
    }
    if (type == ProviderType::oauth2) {
        config.authorization_endpoint = config.token_endpoint = config.user_endpoint =
            "https://id.example.org/x";
        config.id_field = "id";
    }
    if (type == ProviderType::entra) config.tenants = {"11111111-2222-3333-4444-555555555555"};
    change(config);
    const auto checked = check(config);
    if (checked) return "";
    CHECK(checked.error().code == core::ErrorCode::usage);
    return checked.error().message.substr(0, checked.error().message.find(':'));
}

void nothing(ProviderConfig&) {}

}  // namespace

TEST_CASE("types are known by name", "[oidc][config]") {
    for (const char* name : {"oidc", "google", "entra", "okta", "auth0", "gitlab", "apple",
                             "github", "facebook", "oauth2"}) {
        const auto type = provider_type(name);
        REQUIRE(type);
        CHECK(type_name(*type) == name);
        if (*type != ProviderType::apple) CHECK(wrong_key(*type, nothing).empty());
    }
    CHECK_FALSE(provider_type("OIDC"));
    CHECK_FALSE(provider_type(""));
}

TEST_CASE("the first wrong key is named", "[oidc][config]") {
    using Config = ProviderConfig;
    const auto oidc = [](const std::function<void(Config&)>& change) {
        return wrong_key(ProviderType::oidc, change);
    };
    for (const char* id : {"", "a b", "a/b", "../x", "\xc3\xa4", "a%2f", ".", "a.b"}) {
        CHECK(oidc([&](Config& config) { config.id = id; }) == "id");
    }
    CHECK(oidc([](Config& config) { config.id = std::string(33, 'a'); }) == "id");
    CHECK(oidc([](Config& config) { config.name = "a\x1b[31m"; }) == "name");
    CHECK(oidc([](Config& config) { config.client_id = ""; }) == "client_id");
    CHECK(oidc([](Config& config) { config.client_id = "a\"b"; }) == "client_id");
    CHECK(oidc([](Config& config) { config.issuer = ""; }) == "issuer");
    for (const char* issuer : {"id.example.org", "http://id.example.org", "https://id.org?a=b",
                               "https://id.org#a", "https://u@id.org", "ldap://id.org"}) {
        CHECK(oidc([&](Config& config) { config.issuer = issuer; }) == "issuer");
    }
    CHECK(oidc([](Config& config) { config.issuer = "http://localhost:3000"; }).empty());
    CHECK(oidc([](Config& config) { config.scopes = {"profile"}; }) == "scopes");
    CHECK(oidc([](Config& config) { config.scopes = {"openid", "a b"}; }) == "scopes");
    CHECK(oidc([](Config& config) { config.tenants = {"x"}; }) == "tenant");
    CHECK(oidc([](Config& config) { config.base_url = "https://x.org"; }) == "base_url");
    CHECK(oidc([](Config& config) { config.token_endpoint = "https://x.org"; }) ==
          "token_endpoint");
    CHECK(oidc([](Config& config) { config.id_field = "id"; }) == "id_field");
    CHECK(oidc([](Config& config) { config.name_field = "id"; }) == "name_field");
    CHECK(oidc([](Config& config) { config.apple.team_id = "x"; }) == "team_id");
    CHECK(oidc([](Config& config) { config.client_secret = {}; }).empty());
}

TEST_CASE("each type has keys that it needs and keys without a meaning", "[oidc][config]") {
    using Config = ProviderConfig;
    const auto without_secret = [](Config& config) { config.client_secret = {}; };
    const auto with_issuer = [](Config& config) { config.issuer = "https://x.org"; };
    for (const ProviderType type : {ProviderType::google, ProviderType::github,
                                    ProviderType::facebook, ProviderType::gitlab}) {
        CHECK(wrong_key(type, without_secret) == "client_secret");
        CHECK(wrong_key(type, with_issuer) == "issuer");
    }
    CHECK(wrong_key(ProviderType::github, [](Config& config) { config.audience_extra = {"x"}; }) ==
          "audience_extra");
    CHECK(wrong_key(ProviderType::github, [](Config& config) { config.base_url = "x"; }) ==
          "base_url");
    CHECK(wrong_key(ProviderType::gitlab,
                    [](Config& config) { config.base_url = "https://x.org/"; }) == "base_url");
    for (const auto& [member, key] :
         {std::pair{&Config::authorization_endpoint, "authorization_endpoint"},
          std::pair{&Config::token_endpoint, "token_endpoint"},
          std::pair{&Config::user_endpoint, "user_endpoint"},
          std::pair{&Config::id_field, "id_field"}}) {
        const auto left_out = [member = member](Config& config) { config.*member = ""; };
        CHECK(wrong_key(ProviderType::oauth2, left_out) == key);
    }
    CHECK(wrong_key(ProviderType::oauth2, [](Config& config) {
              config.user_endpoint = "http://x.org";
          }) == "user_endpoint");
}

TEST_CASE("Entra's tenants are named one by one", "[oidc][config][mutant:config-tenant]") {
    const auto with = [](std::vector<std::string> tenants) {
        return wrong_key(ProviderType::entra,
                         [&](ProviderConfig& config) { config.tenants = tenants; });
    };
    CHECK(with({}) == "tenant");
    for (const char* tenant :
         {"common", "organizations", "consumers", "example.onmicrosoft.com", "",
          "11111111-2222-3333-4444-55555555555", "11111111-2222-3333-4444-5555555555555",
          "11111111-2222-3333-4444-55555555555G", "AAAAAAAA-2222-3333-4444-555555555555",
          "1111111112222-3333-4444-5555555555555"}) {
        CHECK(with({tenant}) == "tenant");
    }
}

TEST_CASE("Apple's key is read when the configuration is", "[oidc][config]") {
    const auto with = [](const std::string& team, const std::string& key, const std::string& pem) {
        return wrong_key(ProviderType::apple, [&](ProviderConfig& config) {
            config.client_secret = {};
            config.apple = {team, key, core::SecretText::copy_of(pem)};
        });
    };
    CHECK(with("", "KEY", "x") == "team_id");
    CHECK(with("TEAM", "", "x") == "key_id");
    CHECK(with("TE\"AM", "KEY", "x") == "team_id");
    CHECK(with("TEAM", "KEY", "") == "private_key");
    CHECK(with("TEAM", "KEY", "no PEM") == "private_key");
    CHECK(wrong_key(ProviderType::apple, nothing) == "client_secret");
}

TEST_CASE("a server's list of providers says which of them is wrong", "[oidc][config]") {
    tests::HostileProvider fetcher;
    tests::SeededRandom random;
    tests::FakeClock clock;
    const auto made = [&](const std::string& first, const std::string& second) {
        std::vector<ProviderConfig> configs(2);
        configs[0] = LoginBench::plain_config();
        configs[1] = LoginBench::plain_config();
        configs[0].id = first;
        configs[1].id = second;
        const auto providers = ConfiguredProviders::make(
            std::move(configs), "https://vault.example.org", fetcher, random, clock);
        return providers ? std::string() : providers.error().message;
    };
    CHECK(made("one", "two").empty());
    CHECK(made("one", "one") == "provider \"one\": id: another provider has it");
    CHECK(made("one", "a b").starts_with("provider \"a b\": id: "));
    CHECK(fetcher.requests.empty());
}

}  // namespace sparekey::sync
