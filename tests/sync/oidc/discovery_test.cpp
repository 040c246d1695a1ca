// A provider's metadata (O-10, O-22, O-30), and what is made of it.
#include "sync/server/oidc/discovery.h"

#include "tests/support/program.h"
#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

std::string with_metadata(const JsonMembers& members) {
    LoginBench bench;
    for (const auto& [name, value] : members) bench.provider.metadata[name] = value;
    std::erase_if(bench.provider.metadata,
                  [](const auto& member) { return member.second.empty(); });
    return bench.outcome();
}

}  // namespace

TEST_CASE("metadata of another issuer is refused", "[oidc][discovery][mutant:metadata-issuer]") {
    // oidcc-client-test-discovery-openid-config, oidcc-client-test-discovery-issuer-mismatch
    CHECK(with_metadata({}) == "logged in");
    for (const char* issuer :
         {"https://evil.example", "https://id.example.org/", "http://id.example.org",
          "https://ID.example.org", "https://id.example.org:443", ""}) {
        CHECK(with_metadata({{"issuer", in_quotes(issuer)}}) == "offline");
    }
    for (const char* value : {"", "null", "1", R"(["https://id.example.org"])"}) {
        CHECK(with_metadata({{"issuer", value}}) == "offline");
    }
}

TEST_CASE("a provider has to offer PKCE with S256", "[oidc][discovery][mutant:metadata-pkce]") {
    for (const char* methods : {"", "[]", R"(["plain"])", R"(["s256"])"}) {
        CHECK(with_metadata({{"code_challenge_methods_supported", methods}}) == "offline");
    }
    CHECK(with_metadata({{"code_challenge_methods_supported", R"(["S256"])"}}) == "logged in");
    sync::ProviderConfig config = LoginBench::plain_config();
    config.assume_pkce = true;
    LoginBench bench(std::move(config));
    bench.provider.metadata["code_challenge_methods_supported"] = R"(["plain"])";
    CHECK(bench.outcome() == "offline");  // it is not silent: it says no
    bench.clock.advance(60'000);
    bench.provider.metadata.erase("code_challenge_methods_supported");
    const auto started = bench.start();
    REQUIRE(started);
    CHECK(tests::has(started->url, "code_challenge_method=S256"));
}

TEST_CASE("metadata cannot point to plain http, other schemes or nowhere",
          "[oidc][discovery][ssrf][mutant:endpoint-plain]") {
    for (const char* name :
         {"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"}) {
        for (const char* url : {"http://id.example.org/x", "http://127.0.0.1/x",
                                "http://localhost/x", "http://169.254.169.254/latest/meta-data",
                                "ftp://id.example.org/x", "file:///etc/passwd", "/x", "",
                                "https://user@id.example.org/x", "javascript:alert(1)"}) {
            INFO(name << " " << url);
            CHECK(with_metadata({{name, in_quotes(url)}}) == "offline");
        }
        CHECK(with_metadata({{name, "1"}}) == "offline");
        if (name != std::string("userinfo_endpoint"))
            CHECK(with_metadata({{name, ""}}) == "offline");
    }
}

TEST_CASE("everything is asked for at public addresses over TLS, unless allowed",
          "[oidc][discovery][ssrf]") {
    const auto rules_of = [](bool allow, std::string issuer) {
        sync::ProviderConfig config = LoginBench::plain_config();
        config.allow_private_address = allow;
        config.issuer = issuer;
        LoginBench bench(std::move(config), issuer);
        bench.claims["email"] = "";
        CHECK(bench.outcome() == "logged in");
        std::set<sync::AddressRule> rules;
        for (const auto& request : bench.provider.requests) {
            rules.insert(request.addresses);
            CHECK(request.largest_body == 64 * 1024);
            CHECK(request.deadline <= std::chrono::seconds(5));
            const bool discovery = request.url.ends_with("/openid-configuration");
            CHECK(request.redirects ==
                  (discovery ? sync::Redirects::one_of_same_origin : sync::Redirects::refused));
        }
        CHECK(bench.provider.requests.size() == 4);  // metadata, token, keys, user info
        return rules;
    };
    using enum sync::AddressRule;
    CHECK(rules_of(false, "https://id.example.org") == std::set{public_only});
    CHECK(rules_of(true, "https://id.example.org") == std::set{any});
    CHECK(rules_of(false, "http://127.0.0.1:3000") == std::set{loopback_only});
    CHECK(rules_of(true, "http://localhost:3000") == std::set{loopback_only});
}

TEST_CASE("an issuer with a path keeps it, with or without a slash at its end",
          "[oidc][discovery]") {
    for (const std::string issuer :
         {"https://id.example.org/realms/a", "https://id.example.org/"}) {
        sync::ProviderConfig config = LoginBench::plain_config();
        config.issuer = issuer;
        LoginBench bench(std::move(config), issuer);
        CHECK(bench.outcome() == "logged in");
        const std::string base =
            issuer.ends_with('/') ? issuer.substr(0, issuer.size() - 1) : issuer;
        CHECK(bench.provider.requests.front().url == base + "/.well-known/openid-configuration");
    }
}

TEST_CASE("metadata that is nonsense is the provider's fault", "[oidc][discovery]") {
    for (const char* name :
         {"code_challenge_methods_supported", "id_token_signing_alg_values_supported",
          "token_endpoint_auth_methods_supported"}) {
        for (const char* value : {"1", "null", "{}", "[1]", R"("S256")"}) {
            CHECK(with_metadata({{name, value}}) == "offline");
        }
    }
    CHECK(with_metadata({{"id_token_signing_alg_values_supported", R"(["HS256"])"}}) == "offline");
    CHECK(with_metadata({{"issuer", R"("https://id.example.org","issuer":"https://x.org")"}}) ==
          "offline");
}

TEST_CASE("a client authenticates itself as the provider wants it", "[oidc][discovery]") {
    const auto exchanged = [](const std::string& methods, bool secret) {
        sync::ProviderConfig config = LoginBench::plain_config();
        if (!secret) config.client_secret = {};
        auto bench = std::make_unique<LoginBench>(std::move(config));
        bench->provider.metadata["token_endpoint_auth_methods_supported"] = methods;
        if (methods.empty()) {
            bench->provider.metadata.erase("token_endpoint_auth_methods_supported");
        }
        bench->outcome();
        return bench;
    };
    for (const char* methods : {"", R"(["client_secret_post","client_secret_basic"])"}) {
        const auto bench = exchanged(methods, true);
        CHECK(bench->provider.last_authorization ==
              "Basic " + core::to_base64(core::bytes_of("client:s3cret%26more")));
        CHECK_FALSE(bench->provider.last_form.contains("client_secret"));
        CHECK_FALSE(bench->provider.last_form.contains("client_id"));
    }
    const auto post = exchanged(R"(["client_secret_post"])", true);
    CHECK(post->provider.last_authorization.empty());
    CHECK(post->provider.last_form["client_secret"] == "s3cret&more");
    CHECK(post->provider.last_form["client_id"] == "client");
    const auto none = exchanged(R"(["none"])", false);
    CHECK(none->provider.last_authorization.empty());
    CHECK_FALSE(none->provider.last_form.contains("client_secret"));
    CHECK(none->provider.last_form["client_id"] == "client");
    CHECK(exchanged(R"(["private_key_jwt"])", true)->message.find("client secret") !=
          std::string::npos);
}

}  // namespace sparekey::tests
