// Where the boxes are put: what the helper is asked, and what is believed of its answer.
#include "cli/picture/layout.h"

#include "tests/core/lockout/described.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

using tests::has;

core::Drawing drawing() {
    return core::draw(core::graph_of(
        {"Mail: holds email:al@post.example, signs in google:al@x.example", "Empty"}));
}

const std::string kAnswer =
    "graph 1 9 2\n"
    "node 0 1.5 1 3.1 .75 \"\" solid box black lightgrey\n"
    "node 1 7.5 1 3.1 .75 \"\" solid box black lightgrey\n"
    "node 3 4.5 .5 3.1 .75 \"\" solid box black lightgrey\n"
    "edge 0 3 4 1 1 2 1 3 1 4 .5 solid black\n"
    "edge 3 1 4 5 .5 5.5 .5 6 1 6.5 1 solid black\n"
    "stop\n";

}  // namespace

TEST_CASE("the helper is told numbers and no names", "[cli][picture]") {
    core::Drawing drawn = drawing();
    const std::string question = layout_question(drawn);
    CHECK_FALSE(has(question, "al@"));
    CHECK_FALSE(has(question, "Mail"));
    CHECK(has(question, "\n1->2;"));
    CHECK(has(question, "\n2->0;"));
    CHECK_FALSE(has(question, "\n3;"));  // nothing leads to Empty
    drawn.edges.clear();
    CHECK(layout_question(drawn).empty());
}

TEST_CASE("a layout is read in pixels from the upper left", "[cli][picture]") {
    core::Drawing drawn = drawing();
    REQUIRE(drawn.boxes.size() == 4);
    drawn.edges = {{0, 3, core::NamedLink::Kind::sign_in}, {3, 1, core::NamedLink::Kind::holds}};
    const auto layout = read_layout(kAnswer, drawn);
    REQUIRE(layout);
    CHECK(layout->width == 648);
    CHECK(layout->boxes[0].x == 108 - kBoxWidth / 2);
    CHECK(layout->boxes[0].y == 72 - kBoxHeight / 2);
    REQUIRE(layout->edges[1].size() == 4);
    CHECK(layout->edges[1].front().x == 360);
    CHECK(layout->edges[1].front().y == 108);
}

TEST_CASE("an answer that is none is refused", "[cli][picture]") {
    core::Drawing drawn = drawing();
    drawn.edges = {{0, 3, core::NamedLink::Kind::sign_in}, {3, 1, core::NamedLink::Kind::holds}};
    REQUIRE(read_layout(kAnswer, drawn));
    const auto changed = [](const std::string& from, const std::string& to) {
        std::string answer = kAnswer;
        answer.replace(answer.find(from), from.size(), to);
        return answer;
    };
    for (const std::string& answer :
         {std::string(), changed("node 3", "node 9"), changed("node 3", "node x"),
          changed("node 3", "edge 3"), changed("4.5", "nan"), changed("4.5", "1e300"),
          changed("1 9 2", "1 -9 2"), changed("1 9 2", "1 9 -2"),
          changed("edge 3 1 4", "edge 3 1 3"), changed("edge 3 1 4", "edge 3 1 99"),
          changed("edge 3 1", "edge 0 3"), changed("edge 3 1 4", "edge 3 1 1"),
          kAnswer.substr(0, kAnswer.find("edge 3"))}) {
        INFO(answer);
        CHECK_FALSE(read_layout(answer, drawn));
    }
}

TEST_CASE("what nothing leads to stands in rows below", "[cli][picture]") {
    core::Drawing drawn;
    drawn.boxes.resize(7);
    Layout layout;
    layout.boxes.resize(7);
    add_rows(layout, drawn);
    CHECK(layout.boxes[3].y == layout.boxes[0].y);
    CHECK(layout.boxes[4].x == layout.boxes[0].x);
    CHECK(layout.boxes[4].y >= layout.boxes[0].y + kBoxHeight);
    CHECK(layout.boxes[3].x + kBoxWidth < layout.width);
    CHECK(layout.boxes[6].y + kBoxHeight < layout.height);
}

}  // namespace sparekey::cli
