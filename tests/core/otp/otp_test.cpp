#include "core/otp/otp.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::core {
namespace {

OtpSpec rfc_spec(HmacHash hash, std::string_view seed) {
    OtpSpec spec;
    spec.hash = hash;
    spec.digits = 8;
    spec.secret = SecretBytes::copy_of(bytes_of(seed));
    return spec;
}

std::string text(const SecretText& code) {
    return std::string(code.expose());
}

}  // namespace

TEST_CASE("HOTP gives the codes of RFC 4226 appendix D", "[core][otp]") {
    OtpSpec spec = rfc_spec(HmacHash::sha1, "12345678901234567890");
    spec.kind = OtpKind::hotp;
    spec.digits = 6;
    const char* const expected[] = {"755224", "287082", "359152", "969429", "338314",
                                    "254676", "287922", "162583", "399871", "520489"};
    for (std::uint64_t counter = 0; counter < 10; ++counter) {
        CHECK(text(code_for(spec, counter)) == expected[counter]);
    }
}

TEST_CASE("TOTP gives the codes of RFC 6238 appendix B", "[core][otp]") {
    const OtpSpec sha1 = rfc_spec(HmacHash::sha1, "12345678901234567890");
    const OtpSpec sha256 = rfc_spec(HmacHash::sha256, "12345678901234567890123456789012");
    const OtpSpec sha512 = rfc_spec(
        HmacHash::sha512, "1234567890123456789012345678901234567890123456789012345678901234");
    struct Row {
        std::uint64_t time;
        const char *sha1, *sha256, *sha512;
    };
    const Row rows[] = {
        {59, "94287082", "46119246", "90693936"},
        {1111111109, "07081804", "68084774", "25091201"},
        {1111111111, "14050471", "67062674", "99943326"},
        {1234567890, "89005924", "91819424", "93441116"},
        {2000000000, "69279037", "90698825", "38618901"},
        {20000000000, "65353130", "77737706", "47863826"},
    };
    for (const Row& row : rows) {
        CHECK(text(code_at(sha1, row.time)) == row.sha1);
        CHECK(text(code_at(sha256, row.time)) == row.sha256);
        CHECK(text(code_at(sha512, row.time)) == row.sha512);
    }
}

TEST_CASE("the texts that people store are read", "[core][otp]") {
    const std::string wanted = text(code_at(*parse_otp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), 59));
    CHECK(wanted == "287082");
    for (const char* const given :
         {"gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
          "gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq====",
          "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example",
          "OTPAUTH://TOTP/?foo=bar&SECRET=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&algorithm=sha1",
          "key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&size=6&step=30"}) {
        const auto spec = parse_otp(given);
        REQUIRE(spec);
        CHECK(text(code_at(*spec, 59)) == wanted);
    }
    const auto odd = parse_otp(
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&digits=7&period=61&algorithm=SHA512");
    REQUIRE(odd);
    CHECK(odd->digits == 7);
    CHECK(remaining(*odd, 60) == 1);
    CHECK(remaining(*odd, 61) == 61);
    CHECK(code_at(*odd, 5).size() == 7);
    const auto hotp =
        parse_otp("otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=7");
    REQUIRE(hotp);
    CHECK(hotp->kind == OtpKind::hotp);
    CHECK(text(code_for(*hotp, hotp->counter)) == "162583");
}

TEST_CASE("Steam's codes have five of its letters", "[core][otp]") {
    for (const char* const given :
         {"steam://GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
          "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Steam",
          "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&encoder=steam"}) {
        const auto spec = parse_otp(given);
        REQUIRE(spec);
        CHECK(spec->kind == OtpKind::steam);
        // 0x4e... of RFC 4226 counter 1 is 1094287082: its base-26 digits, lowest first.
        std::uint32_t number = 1094287082;
        std::string wanted;
        for (int i = 0; i < 5; ++i) {
            wanted += std::string_view("23456789BCDFGHJKMNPQRTVWXY")[number % 26];
            number /= 26;
        }
        CHECK(text(code_at(*spec, 59)) == wanted);
    }
}

TEST_CASE("what is no seed is refused without repeating it", "[core][otp]") {
    for (const char* const given :
         {"", "   ", "not!base32", "otpauth://totp/x",
          "otpauth://totp/x?secret=", "otpauth://motp/x?secret=ABCD",
          "otpauth://totp/x?secret=ABCDEFGH&digits=11", "otpauth://totp/x?secret=ABCDEFGH&period=0",
          "otpauth://totp/x?secret=ABCDEFGH&algorithm=md5", "steam://"}) {
        const auto refused = parse_otp(given);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::usage);
        CHECK(refused.error().message.find("ABCDEFGH") == std::string::npos);
    }
}

TEST_CASE("codes of 5 to 10 digits, and KeePassXC's Steam with digits=5", "[core][otp]") {
    const auto code = [](const std::string& more) {
        const auto spec =
            parse_otp("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" + more);
        REQUIRE(spec);
        return std::string(code_at(*spec, 59).expose());
    };
    CHECK(code("&digits=5") == "87082");
    CHECK(code("&digits=9") == "094287082");
    CHECK(code("&digits=10") == "1094287082");
    CHECK(code("&digits=5&encoder=steam") == code("&encoder=steam"));
    CHECK_FALSE(parse_otp("otpauth://totp/x?secret=ABCDEFGH&digits=4"));
}

TEST_CASE("KeeOtp's HOTP, and a counter written anew", "[core][otp]") {
    const auto spec = parse_otp("key=ABCDEFGH&type=hotp&counter=7&size=8");
    REQUIRE(spec);
    CHECK(spec->kind == OtpKind::hotp);
    CHECK(spec->counter == 7);
    const auto renewed = [](std::string_view text) {
        return std::string(with_counter(text, 9).expose());
    };
    CHECK(renewed("otpauth://hotp/x?counter=1&secret=A") == "otpauth://hotp/x?counter=9&secret=A");
    CHECK(renewed("otpauth://hotp/x?secret=A") == "otpauth://hotp/x?secret=A&counter=9");
    CHECK(renewed("key=A&type=hotp&counter=1") == "key=A&type=hotp&counter=9");
}

}  // namespace sparekey::core
