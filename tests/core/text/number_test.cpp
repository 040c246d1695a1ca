// Numbers in text: all of it, and within bounds.
#include "core/text/number.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace sparekey::core {

TEST_CASE("a whole number is a number and nothing else", "[core][text]") {
    CHECK(whole_number<unsigned>("0") == 0);
    CHECK(whole_number<unsigned>("007") == 7);
    CHECK(whole_number<int>("-7") == -7);
    for (const char* const text :
         {"", " ", "-", "-7", "+7", " 7", "7 ", "7x", "0x7", "7.0", "7e1"}) {
        INFO(text);
        CHECK_FALSE(whole_number<unsigned>(text));
    }
    CHECK_FALSE(whole_number<unsigned>(std::string_view("7\0", 2)));
}

TEST_CASE("a number that does not fit its type or its bounds is none", "[core][text]") {
    const auto most = std::to_string(std::numeric_limits<std::uint64_t>::max());
    CHECK(whole_number<std::uint64_t>(most) == std::numeric_limits<std::uint64_t>::max());
    CHECK_FALSE(whole_number<std::uint64_t>(most + "0"));
    CHECK_FALSE(whole_number<std::uint16_t>("65536"));
    CHECK(whole_number<unsigned>("1", 1, 10) == 1);
    CHECK(whole_number<unsigned>("10", 1, 10) == 10);
    CHECK_FALSE(whole_number<unsigned>("0", 1, 10));
    CHECK_FALSE(whole_number<unsigned>("11", 1, 10));
    CHECK_FALSE(whole_number<unsigned>("x", 0, 10));
}

}  // namespace sparekey::core
