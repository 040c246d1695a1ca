#include "core/text/columns.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {

TEST_CASE("columns are those of a terminal", "[core][text]") {
    CHECK(columns("") == 0);
    CHECK(columns("plain") == 5);
    CHECK(columns("größe") == 5);
    CHECK(columns("gro\xcc\x88\xc3\x9f"
                  "e") == 5);  // a combining mark
    CHECK(columns("題名") == 4);
    CHECK(columns("\xff\xfe") == 2);
}

TEST_CASE("text is cut between characters, with an ellipsis inside the width", "[core][text]") {
    CHECK(cut_to_columns("plain", 5) == "plain");
    CHECK(cut_to_columns("plain", 4) == "pla…");
    CHECK(cut_to_columns("plain", 1) == "…");
    CHECK(cut_to_columns("plain", 0).empty());
    CHECK(cut_to_columns("題名です", 4) == "題…");
    for (std::size_t most = 0; most < 12; ++most) {
        CHECK(columns(cut_to_columns("a題é\xff"
                                     "b名c",
                                     most)) <= most);
    }
}

}  // namespace sparekey::core
