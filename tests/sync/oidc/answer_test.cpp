// The way to the provider and back: binding, mix-up, code injection, errors (O-21 to O-23).
#include "core/crypto/hash.h"
#include "tests/support/program.h"
#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

std::string with_answer(const std::function<void(std::map<std::string, std::string>&)>& meddle,
                        const JsonMembers& metadata = {}) {
    LoginBench bench;
    for (const auto& [name, value] : metadata) bench.provider.metadata[name] = value;
    bench.meddle = meddle;
    const std::string outcome = bench.outcome();
    // Whatever was not taken did not send the code anywhere.
    if (outcome != "logged in") CHECK(bench.provider.hits("/token") == 0);
    return outcome;
}

}  // namespace

TEST_CASE("the browser is sent with state, nonce and an S256 challenge to the exact callback",
          "[oidc][answer]") {
    LoginBench bench;
    const auto started = bench.start();
    REQUIRE(started);
    const std::string& url = started->url;
    const sync::ProviderAttempt& attempt = started->attempt;
    CHECK(url.starts_with("https://id.example.org/authorize?response_type=code&client_id=client&"));
    CHECK(has(url, "redirect_uri=https%3A%2F%2Fvault.example.org%2Flogin%2Fcallback%2Fcorp&"));
    CHECK(has(url, "&state=" + attempt.state));
    CHECK(has(url, "&nonce=" + attempt.nonce));
    CHECK(has(url, "&scope=openid%20profile%20email"));
    CHECK(has(url, "&code_challenge_method=S256"));
    CHECK(has(url, "&code_challenge=" +
                       core::to_base64url(core::sha256(core::bytes_of(attempt.verifier)))));
    CHECK_FALSE(has(url, attempt.verifier));
    CHECK_FALSE(has(url, "response_mode"));
    for (const std::string& value : {attempt.state, attempt.nonce, attempt.verifier}) {
        CHECK(core::from_base64url(value)->size() == 32);
    }
    CHECK(attempt.provider == "corp");
    CHECK(attempt.started_ms == bench.clock.now_ms());
    REQUIRE(bench.finish());
    CHECK(bench.provider.last_form["code_verifier"] == attempt.verifier);
    CHECK(bench.provider.last_form["code"] == "code-1");
    CHECK(bench.provider.last_form["grant_type"] == "authorization_code");
    CHECK(bench.provider.last_form["redirect_uri"] ==
          "https://vault.example.org/login/callback/corp");
}

TEST_CASE("no two attempts have a value in common", "[oidc][answer]") {
    LoginBench bench;
    std::set<std::string> values;
    for (int i = 0; i < 100; ++i) {
        const auto attempt = bench.start()->attempt;
        values.insert({attempt.state, attempt.nonce, attempt.verifier});
    }
    CHECK(values.size() == 300);
}

TEST_CASE("an answer to another attempt is refused", "[oidc][answer][mutant:answer-state]") {
    // fapi2-…-ensure-authorization-response-with-invalid-missing-state-fails
    using Answer = std::map<std::string, std::string>;
    CHECK(with_answer([](Answer& answer) { answer.erase("state"); }) == "refused");
    CHECK(with_answer([](Answer& answer) { answer["state"] = ""; }) == "refused");
    CHECK(with_answer([](Answer& answer) { answer["state"] += "A"; }) == "refused");
    CHECK(with_answer([](Answer& answer) { answer["state"].pop_back(); }) == "refused");
    for (std::size_t i = 0; i < 100; ++i) {
        CHECK(with_answer([&](Answer& answer) { answer["state"][i % 43] ^= 1; }) == "refused");
    }
    LoginBench bench;
    REQUIRE(bench.start());
    const auto earlier = bench.attempt;
    REQUIRE(bench.start());
    const auto crossed = bench.providers->finish(earlier, bench.answer);
    REQUIRE_FALSE(crossed);
    CHECK(crossed.error().code == core::ErrorCode::refused);
    CHECK(bench.finish());
}

TEST_CASE("an attempt without a state is answered by nobody", "[oidc][answer]") {
    LoginBench bench;
    REQUIRE(bench.start());
    bench.attempt.state.clear();
    bench.answer["state"].clear();
    CHECK(bench.finish().error().code == core::ErrorCode::refused);
}

TEST_CASE("an answer has ten minutes", "[oidc][answer][mutant:answer-age]") {
    LoginBench bench;
    REQUIRE(bench.start());
    bench.clock.advance(599'999);
    bench.claims["exp"] = std::to_string(bench.clock.now_ms() / 1000 + 60);
    CHECK(bench.finish());
    bench.clock.advance(1);
    CHECK(bench.finish().error().code == core::ErrorCode::refused);
    bench.attempt.started_ms = bench.clock.now_ms() + 1;  // of the future
    CHECK(bench.finish().error().code == core::ErrorCode::refused);
}

TEST_CASE("an answer in another issuer's name sends the code nowhere",
          "[oidc][answer][mutant:answer-issuer]") {
    using Answer = std::map<std::string, std::string>;
    const JsonMembers advertised = {{"authorization_response_iss_parameter_supported", "true"}};
    const auto named = [&](const char* issuer, const JsonMembers& metadata) {
        return with_answer([&](Answer& answer) { answer["iss"] = issuer; }, metadata);
    };
    // fapi2-…-test-invalid-authorization-response-iss, …-remove-authorization-response-iss
    CHECK(named("https://id.example.org", advertised) == "logged in");
    CHECK(with_answer({}, advertised) == "refused");
    for (const char* issuer : {"https://evil.example", "https://id.example.org/", "",
                               "https://ID.example.org", "http://id.example.org"}) {
        CHECK(named(issuer, advertised) == "refused");
        CHECK(named(issuer, {}) == "refused");
    }
    CHECK(named("https://id.example.org", {}) == "logged in");
    CHECK(with_answer({}, {}) == "logged in");
}

TEST_CASE("a provider's code goes to no other provider", "[oidc][answer]") {
    HostileProvider honest("https://honest.example"), evil("https://evil.example");
    struct Both final : sync::Fetcher {
        HostileProvider &honest, &evil;
        Both(HostileProvider& first, HostileProvider& second) : honest(first), evil(second) {}
        core::Result<sync::FetchResponse> fetch(const sync::FetchRequest& request) override {
            return request.url.starts_with(evil.issuer) ? evil.fetch(request)
                                                        : honest.fetch(request);
        }
    } both(honest, evil);
    std::vector<sync::ProviderConfig> configs;
    for (const std::string id : {"honest", "evil"}) {
        sync::ProviderConfig config = LoginBench::plain_config();
        config.id = id;
        config.issuer = "https://" + id + ".example";
        configs.push_back(std::move(config));
    }
    SeededRandom random;
    FakeClock clock;
    const auto providers = sync::ConfiguredProviders::make(
                               std::move(configs), "https://vault.example.org", both, random, clock)
                               .value();
    // The person picked "evil", whose page passes her on to the honest one with evil's state.
    const auto started = providers->start("evil").value();
    CHECK(has(started.url, "callback%2Fevil"));
    CHECK(providers->start("honest")->url.find("callback%2Fhonest") != std::string::npos);
    const auto login = providers->finish(started.attempt, {{"code", "of-honest"},
                                                           {"state", started.attempt.state},
                                                           {"iss", "https://honest.example"}});
    REQUIRE_FALSE(login);
    CHECK(login.error().code == core::ErrorCode::refused);
    CHECK(evil.hits("/token") == 0);
}

TEST_CASE("an answer without a code says no, or is of no use", "[oidc][answer]") {
    using Answer = std::map<std::string, std::string>;
    const auto error = [](const char* name) {
        return with_answer([&](Answer& answer) {
            answer.erase("code");
            answer["error"] = name;
        });
    };
    CHECK(error("access_denied") == "refused");
    CHECK(error("login_required") == "refused");
    CHECK(error("") == "refused");
    CHECK(error("server_error") == "offline");
    CHECK(error("temporarily_unavailable") == "offline");
    CHECK(with_answer([](Answer& answer) { answer["error"] = "access_denied"; }) == "refused");
    CHECK(with_answer([](Answer& answer) { answer.erase("code"); }) == "refused");
    CHECK(with_answer([](Answer& answer) { answer["code"] = ""; }) == "refused");
    CHECK(with_answer([](Answer& answer) { answer["code"] = std::string(8193, 'a'); }) ==
          "refused");
}

TEST_CASE("what a provider says is told without what a terminal would choke on", "[oidc][answer]") {
    LoginBench bench;
    bench.meddle = [](auto& answer) { answer["error"] = "a\x1b[31m\nb" + std::string(500, 'x'); };
    CHECK(bench.outcome() == "refused");
    CHECK(has(bench.message, "a\\x1b[31m"));
    CHECK(bench.message.find_first_of("\x1b\n") == std::string::npos);
    CHECK(bench.message.size() < 200);
}

TEST_CASE("what the token endpoint answers is told apart", "[oidc][answer]") {
    const auto answered = [](unsigned status, const JsonMembers& members) {
        LoginBench bench;
        bench.provider.token_status = status;
        bench.provider.token_answer = members;
        bench.provider.make_token = {};
        return bench.outcome();
    };
    CHECK(answered(400, {{"error", in_quotes("invalid_grant")}}) == "refused");
    CHECK(answered(401, {{"error", in_quotes("invalid_client")}}) == "offline");
    CHECK(answered(400, {{"error", in_quotes("unauthorized_client")}}) == "offline");
    CHECK(answered(200, {{"error", in_quotes("bad_verification_code")}}) == "refused");
    CHECK(answered(500, {{"error", in_quotes("server_error")}}) == "offline");
    CHECK(answered(503, {}) == "offline");
    CHECK(answered(302, {}) == "offline");
    CHECK(answered(200, {}) == "refused");                   // no ID token
    CHECK(answered(200, {{"id_token", "1"}}) == "refused");  // nor is this one
    LoginBench down;
    down.provider.down = {"/token"};
    CHECK(down.outcome() == "offline");
}

TEST_CASE("a provider that is not configured is not found", "[oidc][answer]") {
    LoginBench bench;
    CHECK(bench.providers->start("other").error().code == core::ErrorCode::not_found);
    REQUIRE(bench.start());
    bench.attempt.provider = "other";
    CHECK(bench.finish().error().code == core::ErrorCode::not_found);
    const auto facts = bench.providers->list();
    REQUIRE(facts.size() == 1);
    CHECK(facts[0].id == "corp");
    CHECK(facts[0].name == "Example Corp");
    CHECK(facts[0].type == "oidc");
}

}  // namespace sparekey::tests
