#include "core/lockout/coverage.h"

#include "tests/core/lockout/described.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {

TEST_CASE("coverage of the example of docs/LOCKOUT.md", "[core][lockout]") {
    const Graph graph =
        graph_of({"Mail: holds email:al@post.example, signs in google:al@x.example",
                  "Forum: signs in google:al@x.example, recovers email:al@post.example",
                  "GitHub: signs in google:al@x.example, password, factor device:pixel",
                  "Shop: signs in google:al@x.example, password",
                  "Bank: recovers phone:+4915112345", "Empty"});
    const Coverage coverage = cover(graph);
    REQUIRE(coverage.single_points.size() == 2);
    CHECK(graph.name(coverage.single_points[0].channel) == "google:al@x.example");
    CHECK(named(graph, coverage.single_points[0].lost) == "Mail, Forum");
    CHECK(named(graph, coverage.single_points[0].at_risk) == "GitHub");
    CHECK(named(graph, coverage.single_points[1].lost) == "Bank");
    REQUIRE(coverage.pairs.size() == 1);
    CHECK(named(graph, {coverage.pairs[0].first, coverage.pairs[0].second}) ==
          "google:al@x.example, device:pixel");
    CHECK(named(graph, coverage.pairs[0].lost) == "GitHub");
    CHECK(named(graph, coverage.weak) == "Bank");
    CHECK(named(graph, coverage.no_way_in) == "Empty");
    CHECK(coverage.lost_with_vault == 0);
    CHECK(coverage.spare_keys.exact);
    REQUIRE(coverage.spare_keys.add.size() == 2);
    CHECK(graph.name(coverage.spare_keys.add[0].item) == "Mail");
    CHECK(coverage.spare_keys.add[0].why == "losing google:al@x.example alone loses it and Forum");
    CHECK(coverage.spare_keys.add[1].why == "losing phone:+4915112345 alone loses it");
}

TEST_CASE("an account that is lost with itself alone is no single point", "[core][lockout]") {
    const Graph graph = graph_of({"Gmail: password, holds google:alice@gmail.com"});
    CHECK(cover(graph).single_points.empty());
    CHECK(cover(graph).spare_keys.add.empty());
}

TEST_CASE("one spare key for a mailbox that nobody knows the password of serves all behind it",
          "[core][lockout]") {
    std::vector<std::string> texts = {"Mail: holds email:al@post.example"};
    for (int i = 0; i < 20; ++i) {
        texts.push_back("Site" + std::to_string(i) +
                        ": signs in google:al@x.example, recovers email:al@post.example");
    }
    const Graph graph = graph_of(texts);
    const SpareKeys keys = spare_keys(graph);
    REQUIRE(keys.add.size() == 1);
    CHECK(graph.name(keys.add[0].item) == "Mail");
    CHECK(keys.add[0].why == "losing google:al@x.example alone loses Site0 and 19 more");
}

TEST_CASE("two names of one account are one channel, by the provider's name", "[core][lockout]") {
    const Graph graph = graph_of({"A: recovers email:a@gmail.com", "B: signs in google:a@gmail.com",
                                  "C: recovers email:c@gmail.com"});
    REQUIRE(graph.channels().size() == 2);
    CHECK(graph.name(graph.channels()[0]) == "google:a@gmail.com");
    CHECK(graph.name(graph.channels()[1]) == "email:c@gmail.com");
    CHECK(named(graph, cover(graph).single_points.front().lost) == "A, B");
}

}  // namespace sparekey::core
