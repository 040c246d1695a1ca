// A provider's keys: which may be used (O-03), and how long they are kept (O-31, O-32, O-33).
#include "sync/server/oidc/cached_document.h"
#include "sync/server/oidc/key_set.h"
#include "tests/sync/oidc/hostile_provider.h"

#include <catch2/catch_test_macros.hpp>

#include <future>

namespace sparekey::tests {
namespace {

constexpr std::uint64_t kMinute = 60'000;
constexpr std::uint64_t kHour = 60 * kMinute;

/// What becomes of a good token when the provider lists these keys.
std::string with_keys(std::vector<std::string> keys, const std::string& id = "one") {
    LoginBench bench;
    bench.provider.keys = std::move(keys);
    if (id.empty()) bench.header.erase("kid");
    return bench.outcome();
}

/// Tokens that are good at the clock's time.
void renew(LoginBench& bench) {
    const std::uint64_t now_s = bench.clock.now_ms() / 1000;
    bench.claims["iat"] = std::to_string(now_s);
    bench.claims["exp"] = std::to_string(now_s + 300);
}

}  // namespace

TEST_CASE("without a key id the one key of the algorithm is taken, and none of several",
          "[oidc][keys][mutant:key-ambiguous]") {
    // oidcc-client-test-kid-absent-single-jwks, oidcc-client-test-kid-absent-multiple-jwks
    CHECK(with_keys({rsa_key().jwk("one")}, "") == "logged in");
    CHECK(with_keys({rsa_key().jwk("")}, "") == "logged in");
    CHECK(with_keys({p256_key().jwk("two"), rsa_key().jwk("one")}, "") == "logged in");
    CHECK(with_keys({rsa_key().jwk("one"), other_rsa_key().jwk("two")}, "") == "refused");
    // Two keys of one name.
    CHECK(with_keys({rsa_key().jwk("one"), other_rsa_key().jwk("one")}) == "refused");
    CHECK(with_keys({other_rsa_key().jwk("one"), rsa_key().jwk("one")}) == "refused");
    CHECK(with_keys({rsa_key().jwk("one"), p256_key().jwk("one")}) == "refused");
}

TEST_CASE("a key for something else signs no token", "[oidc][keys][mutant:key-use]") {
    const std::string usual = R"("use":"sig")";
    const auto with_use = [&](const std::string& use) {
        std::string key = rsa_key().jwk("one");
        key.replace(key.find(usual), usual.size(), use);
        return with_keys({key});
    };
    CHECK(with_use(R"("use":"sig")") == "logged in");
    CHECK(with_use(R"("x":1)") == "logged in");
    CHECK(with_use(R"("key_ops":["verify"])") == "logged in");
    for (const char* use : {R"("use":"enc")", R"("use":"SIG")", R"("use":1)", R"("use":null)",
                            R"("key_ops":["encrypt"])", R"("key_ops":[])", R"("key_ops":"verify")",
                            R"("key_ops":[1])"}) {
        INFO(use);
        CHECK(with_use(use) == "refused");
    }
}

TEST_CASE("a key that names its algorithm is used with that one alone",
          "[oidc][keys][mutant:key-algorithm]") {
    CHECK(with_keys({rsa_key().jwk("one", R"(,"alg":"RS256")")}) == "logged in");
    for (const char* algorithm : {"PS256", "RS512", "RSA-OAEP", "none", "HS256", ""}) {
        CHECK(with_keys({rsa_key().jwk("one", R"(,"alg":")" + std::string(algorithm) + "\"")}) ==
              "refused");
    }
}

TEST_CASE("other kinds of keys in a set are passed over", "[oidc][keys]") {
    CHECK(with_keys({R"({"kty":"oct","kid":"one","k":"AAAA"})", R"({"kty":"EC","crv":"P-521"})",
                     R"({"kty":"OKP","crv":"X25519","x":"AAAA"})", "{}", "1", "null",
                     R"({"kty":"RSA","use":"enc","kid":"one","n":"AQ","e":"AQAB"})",
                     rsa_key().jwk("one")}) == "logged in");
}

TEST_CASE("a damaged or weak key is refused and says why", "[oidc][keys]") {
    const auto message = [](const std::string& key, const std::string& algorithm) {
        LoginBench bench;
        bench.provider.keys = {key};
        bench.header["alg"] = in_quotes(algorithm);
        CHECK(bench.outcome() == "refused");
        return bench.message;
    };
    const auto has = [](const std::string& text, const char* part) {
        return text.find(part) != std::string::npos;
    };
    const std::string rsa = R"({"kty":"RSA","kid":"one","n":")";
    CHECK(has(message(rsa + std::string(171, 'w') + R"(","e":"AQAB"})", "RS256"), "2048"));
    CHECK(has(message(rsa + std::string(341, '_') + R"(w","e":"AQ"})", "RS256"), "range"));
    CHECK(has(message(rsa + "!\",\"e\":\"AQAB\"}", "RS256"), "2048"));
    CHECK(has(message(R"({"kty":"RSA","kid":"one"})", "RS256"), "2048"));
    CHECK(has(message(R"({"kty":"EC","crv":"P-256","kid":"one","x":"AQ","y":"AQ"})", "ES256"),
              "point"));
    CHECK(has(message(R"({"kty":"EC","crv":"P-256","kid":"one","x":")" + std::string(42, 'A') +
                          R"(E","y":")" + std::string(42, 'A') + R"(E"})",
                      "ES256"),
              "point"));
    CHECK(has(message(R"({"kty":"OKP","crv":"Ed25519","kid":"one","x":"AQ"})", "EdDSA"), "size"));
    // The identity, which signs everything: libsodium refuses it.
    CHECK(has(message(R"({"kty":"OKP","crv":"Ed25519","kid":"one","x":"AQ)" + std::string(41, 'A') +
                          "\"}",
                      "EdDSA"),
              "signature"));
}

TEST_CASE("a key set that is none is the provider's fault", "[oidc][keys]") {
    for (const char* text : {"", "null", "[]", "{}", R"({"keys":{}})", R"({"keys":1})", "{",
                             R"({"keys":[],"keys":[]})"}) {
        INFO(text);
        const auto keys = sync::parse_key_set(text);
        REQUIRE_FALSE(keys);
        CHECK(keys.error().code == core::ErrorCode::offline);
    }
    std::string many = R"({"keys":[{})";
    for (int i = 0; i < 63; ++i) many += ",{}";
    CHECK(sync::parse_key_set(many + "]}")->empty());
    CHECK_FALSE(sync::parse_key_set(many + ",{}]}"));
    LoginBench bench;
    bench.provider.down = {"/keys"};
    CHECK(bench.outcome() == "offline");
}

TEST_CASE("a new key is fetched when a token names it", "[oidc][keys][rotation]") {
    // oidcc-client-test-signing-key-rotation-just-before-signing, …-signing-key-rotation,
    // oidcc-client-test-discovery-jwks-uri-keys
    LoginBench bench;
    CHECK(bench.outcome() == "logged in");
    CHECK(bench.outcome() == "logged in");
    CHECK(bench.provider.hits("/keys") == 1);
    bench.provider.keys = {rsa_key().jwk("one"), other_rsa_key().jwk("two")};
    bench.key = &other_rsa_key();
    bench.header["kid"] = in_quotes("two");
    CHECK(bench.outcome() == "logged in");
    CHECK(bench.provider.hits("/keys") == 2);
    bench.key = &rsa_key();
    bench.header["kid"] = in_quotes("one");
    CHECK(bench.outcome() == "logged in");
    CHECK(bench.provider.hits("/keys") == 2);
}

TEST_CASE("unknown keys are asked for once in five minutes",
          "[oidc][keys][rotation][mutant:document-pause]") {
    LoginBench bench;
    REQUIRE(bench.outcome() == "logged in");
    const std::size_t tokens = count(10'000);
    for (std::size_t i = 0; i < tokens; ++i) {
        bench.header["kid"] = in_quotes("unknown-" + std::to_string(i));
        bench.clock.set(1'900'000'000'000 + i * 299'000 / tokens);
        if (bench.outcome() != "refused") FAIL("a token by an unknown key was taken");
    }
    CHECK(bench.provider.hits("/keys") == 2);
    bench.header["kid"] = in_quotes("one");
    CHECK(bench.outcome() == "logged in");
    bench.clock.advance(5 * kMinute);
    renew(bench);
    bench.header["kid"] = in_quotes("unknown");
    CHECK(bench.outcome() == "refused");
    CHECK(bench.provider.hits("/keys") == 3);
}

TEST_CASE("keys are asked for again after an hour", "[oidc][keys][rotation]") {
    LoginBench bench;
    REQUIRE(bench.outcome() == "logged in");
    bench.provider.keys = {other_rsa_key().jwk("two")};  // the old one was revoked
    bench.clock.advance(kHour - 1);
    renew(bench);
    CHECK(bench.outcome() == "logged in");
    bench.clock.advance(1);
    renew(bench);
    CHECK(bench.outcome() == "refused");
}

TEST_CASE("while a provider is away its old keys are good for a day and no longer",
          "[oidc][keys][mutant:document-age]") {
    LoginBench bench;
    REQUIRE(bench.outcome() == "logged in");
    bench.provider.down = {"/keys", "/.well-known/openid-configuration"};
    for (int hour = 1; hour < 24; ++hour) {
        bench.clock.advance(kHour);
        renew(bench);
        CHECK(bench.outcome() == "logged in");
    }
    bench.clock.advance(kHour);
    renew(bench);
    CHECK(bench.outcome() == "offline");
    bench.provider.down.clear();
    bench.clock.advance(sync::kFailurePause);
    renew(bench);
    CHECK(bench.outcome() == "logged in");
}

TEST_CASE("a provider that is down is not asked again for ten seconds", "[oidc][keys]") {
    LoginBench bench;
    bench.provider.down = {"/.well-known/openid-configuration"};
    for (int i = 0; i < 100; ++i) CHECK(bench.outcome() == "offline");
    CHECK(bench.provider.hits("/.well-known/openid-configuration") == 1);
    bench.provider.down.clear();
    bench.clock.advance(sync::kFailurePause);
    CHECK(bench.outcome() == "logged in");
}

namespace {

using Cached = sync::CachedDocument<int>;

/// Starts `threads` that get(), each at the same time, and returns what they got.
std::vector<int> get_at_once(Cached& cached, const Cached::Fetch& fetch, int threads) {
    std::vector<std::future<int>> all;
    for (int i = 0; i < threads; ++i) {
        all.push_back(std::async(std::launch::async, [&] { return *cached.get(fetch).value(); }));
    }
    std::vector<int> got;
    for (auto& one : all) got.push_back(one.get());
    return got;
}

}  // namespace

TEST_CASE("many who want a document at once cause one request", "[oidc][cache]") {
    FakeClock clock;
    Cached cached(clock);
    std::atomic<int> fetched = 0;
    const auto got = get_at_once(
        cached, [&] { return core::Result<int>(++fetched); }, 16);
    CHECK(fetched == 1);
    CHECK(got == std::vector<int>(16, 1));
}

TEST_CASE("who has an old document does not wait for the one who fetches a newer",
          "[oidc][cache][mutant:document-flight]") {
    FakeClock clock;
    Cached cached(clock);
    REQUIRE(cached.get([] { return core::Result<int>(1); }));
    clock.advance(kHour);
    std::promise<void> begun, go_on;
    auto slow = std::async(std::launch::async, [&] {
        return *cached
                    .get([&] {
                        begun.set_value();
                        go_on.get_future().wait();
                        return core::Result<int>(2);
                    })
                    .value();
    });
    begun.get_future().wait();
    auto quick = std::async(std::launch::async, [&] {
        return *cached.get([] { return core::Result<int>(3); }).value();
    });
    const bool waits = quick.wait_for(std::chrono::seconds(2)) != std::future_status::ready;
    go_on.set_value();
    CHECK_FALSE(waits);
    CHECK(quick.get() == 1);
    CHECK(slow.get() == 2);
}

TEST_CASE("a clock that was set back makes documents old, not young", "[oidc][cache]") {
    FakeClock clock;
    Cached cached(clock);
    REQUIRE(cached.get([] { return core::Result<int>(1); }));
    clock.set(clock.now_ms() - 30 * 24 * kHour);
    CHECK(**cached.get([] { return core::Result<int>(2); }) == 2);
}

}  // namespace sparekey::tests
