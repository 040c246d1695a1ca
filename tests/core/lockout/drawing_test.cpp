// Which boxes and ways in a picture of the lockout graph has.
#include "core/lockout/drawing.h"

#include "core/lockout/coverage.h"
#include "tests/core/lockout/described.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace sparekey::core {
namespace {

using State = Drawing::State;
using Kind = Drawing::Kind;

const Drawing::Box& box_of(const Graph& graph, const Drawing& drawing, std::string_view name) {
    const auto found = std::find_if(
        drawing.boxes.begin(), drawing.boxes.end(),
        [&](const Drawing::Box& box) { return graph.name(box.nodes.front()) == name; });
    REQUIRE(found != drawing.boxes.end());
    return *found;
}

/// "google:al@x.example > Mail", sorted as they were drawn.
std::vector<std::string> edges(const Graph& graph, const Drawing& drawing) {
    std::vector<std::string> texts;
    for (const Drawing::Edge& edge : drawing.edges) {
        texts.push_back(graph.name(drawing.boxes[edge.from].nodes.front()) + " > " +
                        graph.name(drawing.boxes[edge.to].nodes.front()));
    }
    return texts;
}

Graph example() {
    return graph_of({"Mail: holds email:al@post.example, signs in google:al@x.example",
                     "Forum: signs in google:al@x.example, recovers email:al@post.example",
                     "GitHub: signs in google:al@x.example, password, factor device:pixel",
                     "Bank: recovers phone:+4915112345", "Empty", "Note: kept"});
}

/// Twelve each of a kind: only Google, a password, a password that a mailbox recovers.
std::vector<std::string> many() {
    std::vector<std::string> texts = {"Mail: holds email:al@post.example, password"};
    for (int i = 0; i < 12; ++i) {
        const std::string number = std::to_string(i);
        texts.push_back("Only" + number + ": signs in google:al@x.example");
        texts.push_back("Own" + number + ": password");
        texts.push_back("Both" + number + ": password, recovers email:al@post.example");
    }
    return texts;
}

}  // namespace

TEST_CASE("a picture has a box for each and says what becomes of it", "[core][lockout][drawing]") {
    const Graph graph = example();
    const Drawing drawing = draw(graph);
    CHECK(drawing.boxes.size() == 10);
    const Drawing::Box& google = box_of(graph, drawing, "google:al@x.example");
    CHECK(google.kind == Kind::identity);
    CHECK(google.state == State::single_point);
    CHECK(named(graph, google.lost) == "Mail, Forum");
    CHECK(named(graph, google.at_risk) == "GitHub");
    CHECK(box_of(graph, drawing, "email:al@post.example").kind == Kind::mailbox);
    CHECK(box_of(graph, drawing, "email:al@post.example").state == State::safe);
    CHECK(box_of(graph, drawing, "phone:+4915112345").kind == Kind::phone);
    CHECK(box_of(graph, drawing, "device:pixel").kind == Kind::device);
    CHECK(box_of(graph, drawing, "Forum").state == State::endangered);
    CHECK(named(graph, box_of(graph, drawing, "Forum").threats) == "google:al@x.example");
    CHECK(box_of(graph, drawing, "GitHub").state == State::safe);
    CHECK(box_of(graph, drawing, "Empty").state == State::closed);
    CHECK(box_of(graph, drawing, "Note").kind == Kind::kept);
    CHECK(edges(graph, drawing) ==
          std::vector<std::string>{"google:al@x.example > Mail", "Mail > email:al@post.example",
                                   "google:al@x.example > Forum", "email:al@post.example > Forum",
                                   "google:al@x.example > GitHub", "device:pixel > GitHub",
                                   "phone:+4915112345 > Bank"});
}

TEST_CASE("a picture's single points are those of coverage", "[core][lockout][drawing]") {
    const Graph graph = graph_of(many());
    const Drawing drawing = draw(graph);
    std::vector<std::string> drawn, listed;
    for (const Drawing::Box& box : drawing.boxes) {
        if (box.state == State::single_point) drawn.push_back(graph.name(box.nodes.front()));
    }
    for (const SinglePoint& point : cover(graph).single_points) {
        listed.push_back(graph.name(point.channel));
    }
    CHECK(drawn == listed);
    CHECK_FALSE(drawn.empty());
}

TEST_CASE("whoever holds a single point is not endangered by it", "[core][lockout][drawing]") {
    const Graph graph = graph_of(
        {"Gmail: password, holds google:al@gmail.com", "Forum: signs in google:al@gmail.com"});
    const Drawing drawing = draw(graph);
    CHECK(box_of(graph, drawing, "Gmail").state == State::safe);
    CHECK(named(graph, box_of(graph, drawing, "Gmail").lost) == "Gmail, Forum");
    CHECK(box_of(graph, drawing, "Forum").state == State::endangered);
}

TEST_CASE("items that are alike are one box in a large vault", "[core][lockout][drawing]") {
    const Graph graph = graph_of(many());
    const Drawing drawing = draw(graph);
    REQUIRE(drawing.boxes.size() == 6);  // two identities, Mail, three kinds of twelve
    CHECK(box_of(graph, drawing, "Only0").nodes.size() == 12);
    CHECK(box_of(graph, drawing, "Only0").state == State::endangered);
    CHECK(box_of(graph, drawing, "Own0").state == State::safe);
    CHECK(box_of(graph, drawing, "Mail").nodes.size() == 1);
    CHECK(drawing.edges.size() == 3);
    for (Node node = 0; node < graph.node_count(); ++node) {
        const auto& nodes = drawing.boxes[drawing.box_of[node]].nodes;
        CHECK(std::count(nodes.begin(), nodes.end(), node) == 1);
    }
}

TEST_CASE("in a small vault only plain passwords are one box", "[core][lockout][drawing]") {
    const Graph graph =
        graph_of({"A: password", "B: password", "C: password", "D: signs in google:al@x.example",
                  "E: signs in google:al@x.example", "F: signs in google:al@x.example"});
    const Drawing drawing = draw(graph);
    CHECK(box_of(graph, drawing, "A").nodes.size() == 3);
    CHECK(box_of(graph, drawing, "E").nodes.size() == 1);
}

TEST_CASE("where hardly two are alike all that is safe is one box, and the rest still drawn",
          "[core][lockout][drawing]") {
    std::vector<std::string> texts = {"Lost: signs in google:al@x.example"};
    for (int i = 0; i < 300; ++i) {
        const std::string number = std::to_string(i);
        texts.push_back("S" + number + ": password, recovers email:a" + number + "@post.example");
    }
    const Graph graph = graph_of(texts);
    const Drawing drawing = draw(graph);
    REQUIRE(drawing.boxes.size() == 3);
    CHECK(box_of(graph, drawing, "S0").nodes.size() == 300);
    CHECK(edges(graph, drawing) == std::vector<std::string>{"google:al@x.example > Lost"});
    const auto mail = graph.find("email:a7@post.example");
    REQUIRE(mail);
    CHECK(drawing.box_of[*mail] == Drawing::kNotDrawn);
}

TEST_CASE("of very many single points the worst are drawn, and every item is in a box",
          "[core][lockout][drawing]") {
    std::vector<std::string> texts;
    for (int i = 0; i < 2000; ++i) {
        const std::string number = std::to_string(i);
        const std::string login = "google:a" + std::to_string(i % 500) + "@x.example";
        texts.push_back("S" + number + ": signs in " + login + ", holds github:c" + number);
    }
    for (int i = 0; i < 50; ++i) {
        texts.push_back("V" + std::to_string(i) + ": signs in google:worst@x.example");
    }
    const Graph graph = graph_of(texts);
    const Drawing drawing = draw(graph);
    CHECK(drawing.boxes.size() <= kMostBoxesOfAll);
    CHECK(box_of(graph, drawing, "V0").nodes.size() == 50);
    const auto worst = graph.find("google:worst@x.example");
    REQUIRE(worst);
    CHECK(drawing.box_of[*worst] != Drawing::kNotDrawn);
    CHECK(drawing.points_left_out > 400);
    for (Node item = 0; item < graph.item_count(); ++item) {
        const auto& nodes = drawing.boxes.at(drawing.box_of[item]).nodes;
        CHECK(std::binary_search(nodes.begin(), nodes.end(), item));
    }
    for (const Drawing::Edge& edge : drawing.edges) {
        CHECK(edge.from < drawing.boxes.size());
        CHECK(edge.to < drawing.boxes.size());
    }
}

}  // namespace sparekey::core
