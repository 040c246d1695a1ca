// Base64, hexadecimal and percent-encoding in a text, decoded.
#include "core/leaks/encodings.h"

#include "tests/support/spellings.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

const std::string kSecret = "K7#pq9Zx";

core::EncodedShapes shapes_of(const std::string& secret) {
    core::EncodedShapes shapes;
    shapes.note(core::bytes_of(secret));
    return shapes;
}

/// Where in `text` the secret stands encoded; npos if it does not.
std::size_t origin_of(const std::string& text, const std::string& secret = kSecret) {
    core::Decoded decoded;
    decoded.decode(core::bytes_of(text), shapes_of(secret));
    const std::size_t at = core::text_of(decoded.bytes()).find(secret);
    return at == std::string_view::npos ? at : decoded.origin(core::bytes_of(text), at);
}

}  // namespace

TEST_CASE("an encoded secret is found where it begins", "[core][leaks]") {
    CHECK(origin_of("x = \"SzcjcHE5Wng=\"") == 5);
    CHECK(origin_of("path/SzcjcHE5Wng") == 5);
    CHECK(origin_of("dXNlcjpLNyNwcTlaeA==") == 6);  // user:K7#pq9Zx
    CHECK(origin_of("0x4b37237071395a78") == 2);
    CHECK(origin_of("a4B37237071395A78") == 1);
    CHECK(origin_of("https://u:K7%23pq9Zx@host/") == 10);
    CHECK(origin_of("a=1&p=%4b%37%23%70%71%39%5a%78&") == 6);
    CHECK(origin_of("q=a+K7%23pq9+Zx", "K7#pq9 Zx") == 4);
    CHECK(origin_of("K7%2pq9Zx") == std::string::npos);
    CHECK(origin_of("SzcjcHE5Wn") == std::string::npos);  // one byte short
    CHECK(origin_of("") == std::string::npos);
    CHECK(origin_of("%") == std::string::npos);
}

TEST_CASE("base64 goes on over the breaks of long lines and no others", "[core][leaks]") {
    const std::string line(45, 'A');
    for (const char* const gap : {"\n", "\r\n", "\n    ", "\n\t"}) {
        CHECK(origin_of(line + "ASzcj" + gap + "cHE5Wng=") == 46);
        CHECK(origin_of("\n" + line + "ASzcjcH" + gap + "E5Wng=") == 47);
    }
    CHECK(origin_of("SzcjcH\nE5Wng=") == std::string::npos);
    CHECK(origin_of(line + "ASzcj\n\ncHE5Wng=") == std::string::npos);
}

TEST_CASE("names and numbers are passed over undecoded", "[core][leaks]") {
    core::Decoded decoded;
    decoded.decode(
        core::bytes_of("some_long_identifier_name 1234567890123 CONFIG_SOME_OPTION_NAME"),
        shapes_of("K7#pq9ZxQ!v8"));
    CHECK(decoded.bytes().empty());
    decoded.decode(core::bytes_of("anything at all SzcjcHE5Wng"), core::EncodedShapes());
    CHECK(decoded.bytes().empty());
}

TEST_CASE("no run that holds a secret is passed over", "[core][leaks]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(20000); ++i) {
        std::string secret(8 + random.below(12), '\0');
        random.fill({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
        if (random.coin()) secret = random_text(random, secret.size(), "abcdefgh01 ");
        const auto spelling = static_cast<Spelling>(1 + random.below(kSpellings - 1));
        const std::string text = "<" + spelled(random, secret, spelling) + ">";
        INFO(spelling_name(spelling) << ' ' << core::to_hex(core::bytes_of(secret)) << ' ' << text);
        if (spelling == Spelling::percent && text.find('%') == std::string::npos) continue;
        REQUIRE(origin_of(text, secret) != std::string::npos);
    }
}

}  // namespace sparekey::tests
