#include "cli/references/reference.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

bool is_usage(std::string_view text) {
    const auto parsed = parse_reference(text);
    return !parsed && parsed.error().code == core::ErrorCode::usage;
}

}  // namespace

TEST_CASE("a reference has a vault, an item and a field, percent-decoded", "[cli][reference]") {
    const auto parsed = parse_reference("sparekey://my-vault.2/A%2fB%20%25%3F/one%2Dtime code");
    REQUIRE(parsed);
    CHECK(parsed->vault == "my-vault.2");
    CHECK(parsed->item == "A/B %?");
    CHECK(parsed->field == "one-time code");
    CHECK(parse_reference("sparekey://v/\xc3\xbc/f")->item == "\xc3\xbc");
    CHECK(parse_reference("sparekey://v/%C3%BC/f")->item == "\xc3\xbc");
    CHECK(parse_reference("sparekey://v/a+b=c&d:e@f/g")->item == "a+b=c&d:e@f");
}

TEST_CASE("what is no reference is a usage error", "[cli][reference]") {
    for (const char* text : {"",
                             "sparekey",
                             "sparekey:",
                             "sparekey://",
                             "sparekey:/v/i/f",
                             "SPAREKEY://v/i/f",
                             "op://v/i/f",
                             "sparekey://v",
                             "sparekey://v/i",
                             "sparekey://v/i/",
                             "sparekey://v//f",
                             "sparekey:///i/f",
                             "sparekey://v/i/f/",
                             "sparekey://v/i/f/g",
                             "sparekey://V/i/f",
                             "sparekey://v%2F/i/f",
                             "sparekey://../i/f",
                             "sparekey://v/i%/f",
                             "sparekey://v/i%2/f",
                             "sparekey://v/i%zz/f",
                             "sparekey://v/i/f%",
                             "sparekey://v/i%00/f",
                             "sparekey://v/%ff/f",
                             "sparekey://v/\xff/f",
                             "sparekey://v/i?x/f",
                             "sparekey://v/i/f?at=1",
                             "sparekey://v/i/f#x",
                             "sparekey://v/{i}/f"}) {
        INFO(text);
        CHECK(is_usage(text));
    }
    CHECK(is_usage("sparekey://v/" + std::string(kLongestReference, 'i') + "/f"));
}

}  // namespace sparekey::cli
