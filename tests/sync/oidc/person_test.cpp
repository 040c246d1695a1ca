// What is told about a person, and that none of it is identity (O-18, O-19).
#include "sync/server/oidc/person.h"

#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

std::string domain(const std::string& email, const std::string& verified) {
    LoginBench bench;
    bench.claims["email"] = email;
    bench.claims["email_verified"] = verified;
    const auto login = bench.log_in();
    REQUIRE(login);
    return login->email_domain;
}

}  // namespace

TEST_CASE("a domain counts only if the provider vouches for the address",
          "[oidc][person][mutant:email-verified]") {
    const std::string email = in_quotes("jo@Example.ORG");
    CHECK(domain(email, "true") == "example.org");
    for (const char* verified :
         {"", "false", R"("true")", "1", "null", R"("TRUE")", "[true]", R"({"a":true})"}) {
        INFO(verified);
        CHECK(domain(email, verified).empty());
    }
}

TEST_CASE("a domain is a plain host name or none", "[oidc][person]") {
    for (const char* email : {"jo", "@example.org", "jo@", "jo@localhost", "jo@.example.org",
                              "jo@example.org.", "jo@ex\xd0\xb0mple.org", "jo@example.org\\u0000",
                              "jo@exam ple.org", "jo@[127.0.0.1]", "jo@example.org/evil"}) {
        INFO(email);
        CHECK(domain(in_quotes(email), "true").empty());
    }
    CHECK(domain(in_quotes("a@evil.example@example.org"), "true") == "example.org");
    CHECK(domain("1", "true").empty());
}

TEST_CASE("another provider that names the same e-mail names another person", "[oidc][person]") {
    sync::ProviderConfig config = LoginBench::plain_config();
    config.issuer = "https://evil.example";
    LoginBench honest, evil(std::move(config), "https://evil.example");
    for (LoginBench* bench : {&honest, &evil}) {
        bench->claims["email"] = in_quotes("victim@example.org");
        bench->claims["email_verified"] = "true";
    }
    CHECK(honest.log_in()->key != evil.log_in()->key);
    evil.claims["sub"] = in_quotes("of-evil");
    CHECK(evil.log_in()->key == sync::IdentityKey{"https://evil.example", "of-evil"});
}

TEST_CASE("a person is shown by the first name that there is", "[oidc][person]") {
    const auto shown = [](const JsonMembers& claims) {
        LoginBench bench;
        for (const char* name : {"preferred_username", "email", "name"}) bench.claims[name] = "";
        for (const auto& [name, value] : claims) bench.claims[name] = value;
        return bench.log_in()->display;
    };
    CHECK(shown({{"preferred_username", in_quotes("jo")}, {"email", in_quotes("a@b.c")}}) == "jo");
    CHECK(shown({{"email", in_quotes("a@b.c")}, {"name", in_quotes("Jo")}}) == "a@b.c");
    CHECK(shown({{"name", in_quotes("Jo")}}) == "Jo");
    CHECK(shown({{"name", "1"}}) == "248289761001");
    CHECK(shown({}) == "248289761001");
    CHECK(shown({{"name", in_quotes("a\\u001b[31mb\\u202e")}}) == "a\\x1b[31mb\\u202e");
    std::string umlauts;
    for (int i = 0; i < 200; ++i) umlauts += "\xc3\xa4";
    CHECK(shown({{"name", in_quotes(umlauts)}}) == umlauts.substr(0, 256));
}

TEST_CASE("user info fills in what the token does not tell", "[oidc][person]") {
    // oidcc-client-test-scope-userinfo-claims
    LoginBench bench;
    bench.claims["preferred_username"] = bench.claims["email"] = "";
    bench.provider.user_info = R"({"sub":"248289761001","email":"jo@example.org",)"
                               R"("email_verified":true,"preferred_username":"jo"})";
    const auto login = bench.log_in();
    REQUIRE(login);
    CHECK(login->display == "jo");
    CHECK(login->email_domain == "example.org");
    bench.provider.user_info = "signed.user.info";  // oidcc-client-test-userinfo-signed: no JSON
    CHECK(bench.log_in()->display == "248289761001");
    bench.provider.user_info.clear();
    CHECK(bench.log_in()->display == "248289761001");
}

TEST_CASE("user info of somebody else ends the login", "[oidc][person][mutant:userinfo-subject]") {
    // oidcc-client-test-userinfo-invalid-sub
    for (const char* info :
         {R"({"sub":"other","name":"x"})", R"({"name":"x"})", R"({"sub":248289761001})"}) {
        LoginBench bench;
        bench.claims["email"] = "";
        bench.provider.user_info = info;
        CHECK(bench.outcome() == "refused");
    }
}

}  // namespace sparekey::tests
