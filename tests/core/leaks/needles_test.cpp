// Which secrets are looked for, and as what.
#include "core/leaks/needles.h"

#include "core/leaks/worth.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::tests {
namespace {

std::vector<std::string> needles(std::string_view secret,
                                 core::SecretForm form = core::SecretForm::text) {
    std::vector<std::string> found;
    for (const core::SecretText& needle : core::needles_of(secret, form)) {
        found.emplace_back(needle.expose());
    }
    return found;
}

}  // namespace

TEST_CASE("what stands in any text is not looked for", "[core][leaks]") {
    for (const char* const plain :
         {"", "1234", "password", "Password", "password1", "Summer2024!", "2024-01-31", "12345678",
          "foo_bar_baz", "admin/admin", "AAAAAAAAAAAAAAAA", "aB3$aB3$", "UPPERCASE", "K7#pq9Z"}) {
        INFO(plain);
        CHECK_FALSE(core::is_worth_looking_for(plain));
    }
    for (const char* const told :
         {"K7#pq9Zx", "tr0ub4dor&3", "correct-horse-battery-staple", "a1b2c-3d4e5",
          "4929123456789012", "JBSWY3DPEHPK3PXP", "p\xc3\xa4ssw\xc3\xb6rter", "9f86d081884c7d65"}) {
        INFO(told);
        CHECK(core::is_worth_looking_for(told));
    }
}

TEST_CASE("a secret of one line is looked for as it stands", "[core][leaks]") {
    CHECK(needles("  K7#pq9Zx \n") == std::vector<std::string>{"K7#pq9Zx"});
    CHECK(needles("password").empty());
    CHECK(needles(std::string(100, 'a') + "K7#pq9Zx" + std::string(100, 'b')).front().size() ==
          core::kLongestNeedle);
}

TEST_CASE("a number in groups is looked for without its spaces too", "[core][leaks]") {
    CHECK(needles("4929 1234 5678 9012") ==
          std::vector<std::string>{"4929 1234 5678 9012", "4929123456789012"});
}

TEST_CASE("a seed is looked for as base32, whatever it is stored as", "[core][leaks]") {
    const std::vector<std::string> both = {"JBSWY3DPEHPK3PXP", "jbswy3dpehpk3pxp"};
    const auto seed = core::SecretForm::seed;
    CHECK(needles("JBSWY3DPEHPK3PXP", seed) == both);
    CHECK(needles("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&issuer=b", seed) == both);
    CHECK(needles("steam://JBSWY3DPEHPK3PXP", seed) == both);
    CHECK(needles("jbsw y3dp ehpk 3pxp", seed) ==
          std::vector<std::string>{"jbsw y3dp ehpk 3pxp", both[0], both[1]});
}

TEST_CASE("of a key file's lines the later half is looked for", "[core][leaks]") {
    const std::string key =
        "-----BEGIN OPENSSH PRIVATE KEY-----\n"
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
        "QyNTUxOQAAACBfirst1\nQyNTUxOQAAACBsecond2\nQyNTUxOQAAACBthird3\n"
        "-----END OPENSSH PRIVATE KEY-----\n";
    CHECK(needles(key) == std::vector<std::string>{"QyNTUxOQAAACBsecond2", "QyNTUxOQAAACBthird3"});
    CHECK(needles("one line: K7#pq9Zx\nanother: K7#pq9Zy\n").size() == 2);
}

}  // namespace sparekey::tests
