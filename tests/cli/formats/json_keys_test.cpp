// A key that stands twice in one object, wherever the object is.
#include "cli/formats/json_keys.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::cli {

TEST_CASE("a key that stands twice is named, with its line", "[cli][json]") {
    for (const char* const fine :
         {"", "{}", R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]})", R"({"a":1,"A":2})",
          R"(["a","a"])", "\xef\xbb\xbf{\"a\":1}", R"({"a":1)", "no JSON", R"({"a":1}{"a":2})"}) {
        INFO(fine);
        CHECK(check_keys_once(fine));
    }
    for (const char* const twice :
         {"{\"a\":1,\n\"a\":2}", "[1,{\"a\":{},\n\"b\":0,\"a\":[]}]",
          "{\"x\":\n{\"a\":1,\"\\u0061\":2}}", "\xef\xbb\xbf{\"a\":1,\n\"a\":1}"}) {
        INFO(twice);
        const auto checked = check_keys_once(twice);
        REQUIRE_FALSE(checked);
        CHECK(checked.error().code == core::ErrorCode::usage);
        CHECK(checked.error().message == "line 2: the key \"a\" stands twice in one object");
    }
    const std::string deep = std::string(100'000, '[');
    CHECK(check_keys_once(deep));
}

}  // namespace sparekey::cli
