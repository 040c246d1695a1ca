#include "core/base/bytes.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {

TEST_CASE("base32, base64 and hex match RFC 4648 section 10", "[core][base]") {
    CHECK(to_base32(bytes_of("foobar")) == "mzxw6ytboi");
    CHECK(to_base64(bytes_of("foobar")) == "Zm9vYmFy");
    CHECK(to_base64(bytes_of("fooba")) == "Zm9vYmE=");
    CHECK(to_base64(bytes_of("foob")) == "Zm9vYg==");
    CHECK(to_base64url(Bytes{0xfb, 0xff}) == "-_8");
    CHECK(to_hex(bytes_of("foobar")) == "666f6f626172");
}

TEST_CASE("every text form reads back to the same bytes", "[core][base]") {
    Bytes bytes;
    for (int length = 0; length < 70; ++length) {
        CHECK(from_base32(to_base32(bytes)) == bytes);
        CHECK(from_base64(to_base64(bytes)) == bytes);
        CHECK(from_base64url(to_base64url(bytes)) == bytes);
        CHECK(from_hex(to_hex(bytes)) == bytes);
        bytes.push_back(static_cast<std::uint8_t>(length * 37 + 5));
    }
}

TEST_CASE("a text with foreign characters, spare digits or spare bits is refused", "[core][base]") {
    CHECK_FALSE(from_base32("m!"));
    CHECK_FALSE(from_base32("mzxw6ytboia"));  // an eleventh digit cannot be
    CHECK_FALSE(
        from_base32("mz"
                    "x"));  // 15 bits, and the spare ones set
    CHECK_FALSE(from_base64("Zm9vYmF"));
    CHECK_FALSE(from_base64("Zm9vYg=a"));
    CHECK_FALSE(from_base64("Zm9vYh=="));
    CHECK_FALSE(from_base64url("-_8="));
    CHECK_FALSE(from_base64url("+/8"));
    CHECK_FALSE(from_base64url("-_9"));
    CHECK_FALSE(from_hex("abc"));
    CHECK_FALSE(from_hex("zz"));
}

}  // namespace sparekey::core
