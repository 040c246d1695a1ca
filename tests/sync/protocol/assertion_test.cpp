// A device's assertion: one form, one key, one server, one minute.
#include "sync/protocol/assertion.h"

#include "core/model/key_slots.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {
namespace {

using core::ErrorCode;
using tests::SeededRandom;

constexpr std::string_view kOrigin = "https://sparekey.example";
constexpr std::uint64_t kNow = 1'700'000'000'500;  // ms
constexpr std::uint64_t kNowS = kNow / 1000;

/// Signs whatever header and payload it is given.
std::string jws(std::string_view header, std::string_view payload, const core::SigningSeed& seed) {
    const std::string input = core::to_base64url(core::bytes_of(header)) + "." +
                              core::to_base64url(core::bytes_of(payload));
    return input + "." + core::to_base64url(core::sign(seed.expose(), "", core::bytes_of(input)));
}

struct Device {
    SeededRandom random;
    core::VaultId account = core::VaultId::random(random);
    core::DeviceId id = core::DeviceId::random(random);
    core::SigningSeed seed = core::SigningSeed::random(random);

    std::string assertion() {
        return make_assertion(account, id, kOrigin, seed.expose(), kNow, random);
    }
    core::Result<Assertion> verify(std::string_view compact, std::uint64_t now_ms = kNow) const {
        return verify_assertion(compact, core::signing_public_key(seed.expose()), kOrigin, now_ms);
    }
    std::string claims(std::uint64_t issued = kNowS, std::uint64_t expires = kNowS + 60) const {
        const std::string subject = id.text() + "." + account.text();
        return R"({"iss":")" + subject + R"(","sub":")" + subject +
               R"(","aud":"https://sparekey.example/oauth/token","iat":)" + std::to_string(issued) +
               R"(,"exp":)" + std::to_string(expires) + R"(,"jti":"aaaaaaaaaaaaaaaaaaaaaaaaaa"})";
    }
    std::string signed_claims(std::string_view payload) const {
        return jws(R"({"alg":"EdDSA","typ":"JWT"})", payload, seed);
    }
};

void replace(std::string& text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

void refuses(const core::Result<Assertion>& outcome, std::string_view why) {
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::refused);
    CHECK(outcome.error().message.find(why) != std::string::npos);
}

}  // namespace

TEST_CASE("an assertion says whose it is, and is verified by its device's key",
          "[sync][assertion]") {
    Device device;
    const std::string compact = device.assertion();
    const auto read = read_assertion(compact);
    REQUIRE(read);
    CHECK(read->account == device.account);
    CHECK(read->device == device.id);
    CHECK(read->audience == "https://sparekey.example/oauth/token");
    CHECK(read->expires_s == kNowS + 60);
    CHECK(*device.verify(compact) == *read);
    CHECK(read_assertion(device.assertion())->id != read->id);
}

TEST_CASE("the form that is documented is the form that is read", "[sync][assertion]") {
    const Device device;
    CHECK(device.verify(device.signed_claims(device.claims())));
}

TEST_CASE("an assertion that another key signed is refused",
          "[sync][assertion][mutant:assertion-signature]") {
    Device device;
    Device other;
    other.seed = core::SigningSeed::random(device.random);
    refuses(other.verify(device.assertion()), "not signed");
    std::string flipped = device.assertion();
    flipped[flipped.size() - 10] = flipped[flipped.size() - 10] == 'A' ? 'B' : 'A';
    refuses(device.verify(flipped), "not signed");
}

TEST_CASE("an assertion for another server is refused",
          "[sync][assertion][mutant:assertion-audience]") {
    Device device;
    refuses(verify_assertion(device.assertion(), core::signing_public_key(device.seed.expose()),
                             "https://sparekey.example:8443", kNow),
            "another server");
}

TEST_CASE("an assertion is good for its minute and for the skew of clocks",
          "[sync][assertion][mutant:assertion-expiry]") {
    Device device;
    const std::string compact = device.assertion();
    CHECK(device.verify(compact, kNow + 89'000));
    refuses(device.verify(compact, kNow + 90'000), "expired");
}

TEST_CASE("an assertion from the future is refused", "[sync][assertion][mutant:assertion-future]") {
    Device device;
    const std::string compact = device.assertion();
    CHECK(device.verify(compact, kNow - 30'000));
    refuses(device.verify(compact, kNow - 31'000), "future");
}

TEST_CASE("an assertion that is good for longer than a minute is refused",
          "[sync][assertion][mutant:assertion-lifetime]") {
    const Device device;
    refuses(device.verify(device.signed_claims(device.claims(kNowS, kNowS + 61))), "minute");
    refuses(device.verify(device.signed_claims(device.claims(kNowS, kNowS + 3600))), "minute");
}

TEST_CASE("every other header, claim and order is refused though the device signed it",
          "[sync][assertion][mutant:assertion-form]") {
    const Device device;
    for (const std::string_view header :
         {R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS256","typ":"JWT"})",
          R"({"typ":"JWT","alg":"EdDSA"})", R"({"alg":"EdDSA"})",
          R"({"alg":"EdDSA","typ":"JWT","kid":"x"})", R"({"alg":"EdDSA", "typ":"JWT"})",
          R"({"alg":"EdDSA","typ":"JWT","crit":["x"]})"}) {
        refuses(device.verify(jws(header, device.claims(), device.seed)), "malformed");
    }
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string claims = device.claims();
        replace(claims, from, to);
        return device.signed_claims(claims);
    };
    refuses(device.verify(with(R"(,"jti")", R"(,"nbf":1,"jti")")), "malformed");
    refuses(device.verify(with(R"({"iss")", R"({"jti":"x","iss")")), "malformed");
    refuses(device.verify(with(R"("iat":)", R"("iat": )")), "malformed");
    refuses(device.verify(with(R"("iat":1)", R"("iat":"1")")), "malformed");
    refuses(device.verify(with(device.id.text(), "x")), "malformed");
    refuses(device.verify(device.signed_claims("[]")), "malformed");
    refuses(device.verify(device.signed_claims("")), "malformed");
    refuses(device.verify(device.signed_claims(std::string(1000, '['))), "malformed");
}

TEST_CASE("what is not three segments of base64url is refused", "[sync][assertion]") {
    Device device;
    const std::string compact = device.assertion();
    for (std::size_t size = 0; size < compact.size(); ++size) {
        REQUIRE_FALSE(device.verify(std::string_view(compact).substr(0, size)));
    }
    refuses(device.verify(compact + "="), "malformed");
    refuses(device.verify(compact + "."), "malformed");
    refuses(device.verify(" " + compact), "malformed");
    refuses(device.verify(std::string(kLongestAssertion + 1, 'e')), "malformed");
}

TEST_CASE("any flipped bit of an assertion is refused", "[sync][assertion]") {
    Device device;
    const std::string compact = device.assertion();
    for (std::size_t bit = 0; bit < compact.size() * 8; ++bit) {
        std::string flipped = compact;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        REQUIRE_FALSE(device.verify(flipped));
    }
}

}  // namespace sparekey::sync
