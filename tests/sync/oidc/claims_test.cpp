// What an ID token says, lie by lie (O-08, O-09, O-13 to O-16). Rows that replay a test of the
// OpenID conformance suite bear its name.
#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// One lie, and a word of the refusal, so that each row fails for its own reason.
struct Lie {
    std::string name;
    JsonMembers claims;  // an empty value leaves the claim out
    std::string word;
};

void check_refused(const std::vector<Lie>& lies) {
    for (const Lie& lie : lies) {
        INFO(lie.name);
        LoginBench bench;
        for (const auto& [name, value] : lie.claims) bench.claims[name] = value;
        CHECK(bench.outcome() == "refused");
        CHECK(bench.message.find(lie.word) != std::string::npos);
    }
}

void check_accepted(const std::vector<Lie>& truths) {
    for (const Lie& truth : truths) {
        INFO(truth.name);
        LoginBench bench;
        for (const auto& [name, value] : truth.claims) bench.claims[name] = value;
        CHECK(bench.outcome() == "logged in");
        INFO(bench.message);
    }
}

std::string at(long long offset_s) {
    return std::to_string(1'900'000'000 + offset_s);
}

}  // namespace

TEST_CASE("a login at a provider says who it was", "[oidc]") {
    // oidcc-client-test, oidcc-client-test-idtoken-sig-rs256, oidcc-client-test-missing-athash
    LoginBench bench;
    const auto login = bench.log_in();
    REQUIRE(login);
    CHECK(login->key.issuer == "https://id.example.org");
    CHECK(login->key.subject == "248289761001");
    CHECK(login->provider == "corp");
    CHECK(login->display == "jo");
    CHECK(login->claims.empty());
}

TEST_CASE("a token of any other issuer is refused, however alike", "[oidc][mutant:token-issuer]") {
    std::vector<Lie> lies = {
        {"oidcc-client-test-invalid-iss", {{"iss", in_quotes("https://x.org")}}, "issuer"},
        {"missing", {{"iss", ""}}, "issuer"},
        {"a number", {{"iss", "1"}}, "issuer"},
        {"an array", {{"iss", R"(["https://id.example.org"])"}}, "issuer"}};
    for (const char* near : {"https://id.example.org/",
                             "https://ID.example.org",
                             "https://id.example.org:443",
                             "http://id.example.org",
                             "https://user@id.example.org",
                             "https://id.example.org.",
                             "https://id.example.org?",
                             "https://id.example.org#",
                             "https://id.example.org//",
                             " https://id.example.org",
                             "https://id.example.org ",
                             "https://id.example.or",
                             "https://id.example.orga",
                             "https://evil.example/https://id.example.org",
                             "HTTPS://id.example.org",
                             "//id.example.org",
                             "id.example.org",
                             "https://id.example.org\\u0000",
                             "https://id.ex\xd0\xb0mple.org",
                             "https://xn--id-example.org",
                             "{tenantid}",
                             ""}) {
        lies.push_back({near, {{"iss", in_quotes(near)}}, "issuer"});
    }
    check_refused(lies);
}

TEST_CASE("a token for another audience is refused", "[oidc][mutant:token-audience]") {
    check_refused({
        {"oidcc-client-test-invalid-aud", {{"aud", in_quotes("other")}}, "client"},
        {"oidcc-client-test-missing-aud", {{"aud", ""}}, "audience"},
        {"none in the array", {{"aud", "[]"}}, "client"},
        {"a number", {{"aud", "1"}}, "audience"},
        {"an object", {{"aud", R"({"client":1})"}}, "audience"},
        {"an array with a number", {{"aud", R"(["client",1])"}}, "audience"},
        {"another case", {{"aud", in_quotes("Client")}}, "client"},
        {"a prefix", {{"aud", in_quotes("clien")}}, "client"},
        {"longer", {{"aud", in_quotes("client2")}}, "client"},
        {"one more, unknown",
         {{"aud", R"(["client","other"])"}, {"azp", in_quotes("client")}},
         "client"},
    });
    check_accepted({{"an array of one", {{"aud", R"(["client"])"}}, ""},
                    {"azp is ours", {{"azp", in_quotes("client")}}, ""}});
}

TEST_CASE("a token that was issued to another party is refused", "[oidc][mutant:token-party]") {
    check_refused({{"another azp", {{"azp", in_quotes("other")}}, "client"},
                   {"azp is no text", {{"azp", R"(["client"])"}}, "client"}});
    const auto with_extra = [](const std::string& party) {
        sync::ProviderConfig config = LoginBench::plain_config();
        config.audience_extra = {"api"};
        LoginBench bench(std::move(config));
        bench.claims["aud"] = R"(["client","api"])";
        bench.claims["azp"] = party;
        return bench.outcome();
    };
    CHECK(with_extra(in_quotes("client")) == "logged in");
    CHECK(with_extra("") == "refused");
    CHECK(with_extra(in_quotes("api")) == "refused");
}

TEST_CASE("an expired token is refused", "[oidc][mutant:token-expiry]") {
    check_refused({
        {"long ago", {{"exp", at(-3600)}}, "expired"},
        {"at the end of the skew", {{"exp", at(-60)}}, "expired"},
        {"at the beginning of time", {{"exp", "0"}}, "expired"},
    });
    check_accepted(
        {{"within the skew", {{"exp", at(-59)}}, ""}, {"far away", {{"exp", at(86400)}}, ""}});
}

TEST_CASE("times that are no whole seconds are none", "[oidc]") {
    std::vector<Lie> lies = {
        {"fapi2-security-profile-id2-client-test-invalid-missing-exp", {{"exp", ""}}, "expiry"},
        {"oidcc-client-test-missing-iat", {{"iat", ""}}, "time of issue"},
    };
    for (const std::string& value :
         {at(10) + ".5", in_quotes(at(10)), std::string("null"), std::string("true"),
          std::string("-1"), std::string("9223372036854775808"), std::string("1e300"),
          std::string("1.9e9"), std::string("[1]"), std::string("{}")}) {
        lies.push_back({"exp " + value, {{"exp", value}}, "expiry"});
        lies.push_back({"iat " + value, {{"iat", value}}, "time of issue"});
        lies.push_back({"nbf " + value, {{"nbf", value}}, "not valid yet"});
    }
    check_refused(lies);
}

TEST_CASE("a token is taken only when it is fresh", "[oidc][mutant:token-age]") {
    check_refused({{"of the future", {{"iat", at(61)}}, "clock"},
                   {"of the far future", {{"iat", at(3600)}}, "clock"},
                   {"eleven minutes old", {{"iat", at(-660)}}, "clock"},
                   {"a day old", {{"iat", at(-86400)}}, "clock"}});
    check_accepted({{"a minute early", {{"iat", at(60)}}, ""},
                    {"ten minutes and the skew", {{"iat", at(-659)}}, ""}});
}

TEST_CASE("a token is not taken before its time", "[oidc][mutant:token-not-before]") {
    check_refused({{"an hour early", {{"nbf", at(3600)}}, "not valid yet"},
                   {"past the skew", {{"nbf", at(61)}}, "not valid yet"}});
    check_accepted(
        {{"within the skew", {{"nbf", at(60)}}, ""}, {"long since", {{"nbf", "1"}}, ""}});
}

TEST_CASE("a token without a sound subject is refused", "[oidc][mutant:token-subject]") {
    check_refused({{"oidcc-client-test-missing-sub", {{"sub", ""}}, "subject"},
                   {"empty", {{"sub", in_quotes("")}}, "subject"},
                   {"a number", {{"sub", "1"}}, "subject"},
                   {"null", {{"sub", "null"}}, "subject"},
                   {"a line break", {{"sub", in_quotes("a\\nb")}}, "subject"},
                   {"a NUL", {{"sub", in_quotes("a\\u0000")}}, "subject"},
                   {"too long", {{"sub", in_quotes(std::string(256, 'a'))}}, "subject"}});
    check_accepted({{"the longest", {{"sub", in_quotes(std::string(255, 'a'))}}, ""}});
}

TEST_CASE("a token of another attempt is refused", "[oidc][mutant:token-nonce]") {
    check_refused({{"oidcc-client-test-nonce-invalid", {{"nonce", in_quotes("other")}}, "attempt"},
                   {"missing", {{"nonce", ""}}, "attempt"},
                   {"empty", {{"nonce", in_quotes("")}}, "attempt"},
                   {"a number", {{"nonce", "1"}}, "attempt"}});
    LoginBench bench;
    REQUIRE(bench.start());
    const std::string earlier = bench.attempt.nonce;
    bench.claims["nonce"] = in_quotes(earlier);
    CHECK(bench.finish());
    CHECK(bench.outcome() == "refused");
}

TEST_CASE("a hash of the access token that is there has to fit",
          "[oidc][mutant:token-access-hash]") {
    check_refused({{"oidcc-client-test-invalid-athash", {{"at_hash", in_quotes("AAAA")}}, "access"},
                   {"a number", {{"at_hash", "1"}}, "access"}});
    // Left halves of SHA-256, SHA-384 and SHA-512 of "access".
    const auto with = [](const ProviderKey& key, const std::string& algorithm,
                         const std::string& hash) {
        LoginBench bench;
        bench.key = &key;
        bench.algorithm = algorithm;
        bench.header["alg"] = in_quotes(algorithm);
        bench.provider.keys = {key.jwk("one")};
        bench.claims["at_hash"] = in_quotes(hash);
        return bench.outcome();
    };
    const std::string sha256 = "oFYf1knNtrqnhAVfBRuteQ",
                      sha384 = "SeGOaEgS6QNKbB7vkLM3y8nujeY4Ple3",
                      sha512 = "kyd4-h3ZoV2sH212kLKbcOnCBajStKQ38Ae_bfT-PFI";
    CHECK(with(rsa_key(), "RS256", sha256) == "logged in");
    CHECK(with(rsa_key(), "PS256", sha256) == "logged in");
    CHECK(with(p256_key(), "ES256", sha256) == "logged in");
    CHECK(with(p384_key(), "ES384", sha384) == "logged in");
    CHECK(with(ed25519_key(), "EdDSA", sha512) == "logged in");
    CHECK(with(p384_key(), "ES384", sha256) == "refused");
    CHECK(with(ed25519_key(), "EdDSA", sha256) == "refused");
}

TEST_CASE("a hash of the code that is there has to fit", "[oidc][mutant:token-code-hash]") {
    check_refused({{"oidcc-client-test-invalid-chash", {{"c_hash", in_quotes("AAAA")}}, "code"}});
    // oidcc-client-test-missing-chash: in this flow it need not be there; and "code-1" hashed.
    check_accepted({{"right", {{"c_hash", in_quotes("Ub1mOf7XwLSCavbAa_5PTA")}}, ""}});
}

TEST_CASE("a logout token is no ID token", "[oidc][mutant:token-events]") {
    check_refused({{"events",
                    {{"events", R"({"http://schemas.openid.net/event/backchannel-logout":{}})"}},
                    "logout"}});
}

}  // namespace sparekey::tests
