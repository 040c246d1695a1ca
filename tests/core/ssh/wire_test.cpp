// The examples of RFC 4251 section 5, and everything that has more than one encoding.
#include "core/ssh/wire.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

Bytes written(std::string_view number) {
    return WireWriter().mpint(*from_hex(number)).bytes();
}

/// The number's hexadecimal, or "refused".
std::string read(std::string_view encoded) {
    const Bytes bytes = *from_hex(encoded);
    WireReader reader(bytes);
    const auto number = reader.mpint();
    return number && reader.at_end() ? to_hex(*number) : "refused";
}

}  // namespace

TEST_CASE("numbers are written and read as RFC 4251 shows them", "[core][ssh]") {
    struct Example {
        const char* number;
        const char* encoded;
    };
    for (const Example& example :
         {Example{"", "00000000"}, Example{"09a378f9b2e332a7", "0000000809a378f9b2e332a7"},
          Example{"80", "000000020080"}, Example{"7f", "000000017f"}}) {
        CHECK(to_hex(written(example.number)) == example.encoded);
        CHECK(read(example.encoded) == example.number);
    }
    CHECK(written("000080") == written("80"));
}

TEST_CASE("negative numbers and numbers with bytes too many are refused", "[core][ssh]") {
    CHECK(read("00000002edcc") == "refused");        // RFC 4251's -1234
    CHECK(read("00000005ff21524111") == "refused");  // and a negative one
    CHECK(read("0000000100") == "refused");
    CHECK(read("00000002007f") == "refused");
    CHECK(read("000000030000ff") == "refused");
}

TEST_CASE("a length that reaches past the end is refused", "[core][ssh]") {
    for (const char* encoded : {"", "000000", "00000001", "000000020a", "ffffffff0a", "7fffffff"}) {
        const Bytes bytes = *from_hex(encoded);
        CHECK_FALSE(WireReader(bytes).string());
        CHECK_FALSE(WireReader(bytes).mpint());
    }
    CHECK_FALSE(WireReader(Bytes{}).byte());
    CHECK_FALSE(WireReader(Bytes{1, 2, 3}).number());
    CHECK_FALSE(WireReader(Bytes{1, 2, 3}).expect(Bytes{1, 2, 4}));
}

}  // namespace sparekey::core
