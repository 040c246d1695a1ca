// Distances and costs against their plain definitions, on random texts.
#include "core/lookup/fuzzy.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace sparekey::core {
namespace {

std::string random_text(tests::SeededRandom& random, std::size_t longest) {
    std::string text;
    for (std::size_t size = random.below(longest + 1); text.size() < size;) {
        text += static_cast<char>('a' + random.below(5));
    }
    return text;
}

/// The textbook's table: a step is a letter more, a letter less, another letter, or two swapped.
std::uint32_t plain_distance(const std::string& left, const std::string& right) {
    std::vector<std::vector<std::uint32_t>> table(left.size() + 1,
                                                  std::vector<std::uint32_t>(right.size() + 1));
    for (std::size_t i = 0; i <= left.size(); ++i) {
        for (std::size_t j = 0; j <= right.size(); ++j) {
            if (i == 0 || j == 0) {
                table[i][j] = static_cast<std::uint32_t>(i + j);
                continue;
            }
            const bool same = left[i - 1] == right[j - 1];
            table[i][j] = std::min(
                {table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (same ? 0U : 1U)});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
            }
        }
    }
    return table[left.size()][right.size()];
}

}  // namespace

TEST_CASE("the distance by bits is the one of the table", "[core][lookup][property]") {
    tests::SeededRandom random;
    for (std::size_t i = 0; i < tests::count(20'000); ++i) {
        const std::string left = random_text(random, 64);
        const std::string right = random_text(random, random.coin() ? 8 : 64);
        INFO(left << " / " << right);
        REQUIRE(edit_distance(left, right) == plain_distance(left, right));
    }
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("gihtub", "github") == 1);
    CHECK(edit_distance(std::string(100, 'a'), std::string(100, 'b')) == 64);
}

TEST_CASE("a bound on the distance leaves out only what is farther", "[core][lookup][property]") {
    tests::SeededRandom random;
    for (std::size_t i = 0; i < tests::count(20'000); ++i) {
        const std::string left = random_text(random, 12);
        const std::string right = random_text(random, 12);
        const auto most = static_cast<std::uint32_t>(random.below(6));
        const auto within = DistanceFrom(left).within(most, right, letters_of(right));
        const std::uint32_t distance = edit_distance(left, right);
        INFO(left << " / " << right << " within " << most);
        REQUIRE(within.has_value() == (distance <= most));
        if (within) REQUIRE(*within == distance);
    }
}

TEST_CASE("a cost that is bounded is the cost, or none", "[core][lookup][property]") {
    tests::SeededRandom random;
    for (std::size_t i = 0; i < tests::count(20'000); ++i) {
        const std::string query = random_text(random, 9);
        const std::string text = random_text(random, 40);
        const FuzzyQuery fuzzy(query);
        const auto cost = fuzzy.cost(text, letters_of(text));
        INFO(query << " in " << text);
        if (cost) REQUIRE(fuzzy.may_fit(letters_of(text)));
        for (const std::uint32_t below : {1U, 5U, 20U, 1001U, 1003U}) {
            const auto bounded = fuzzy.cost(text, letters_of(text), below);
            REQUIRE(bounded == (cost && *cost < below ? cost : std::nullopt));
        }
    }
}

TEST_CASE("letters in order fit better than a slip, and chance does not fit", "[core][lookup]") {
    const auto cost = [](std::string_view query, std::string_view text) {
        return FuzzyQuery(query).cost(text, letters_of(text));
    };
    REQUIRE(cost("ghb", "github"));
    REQUIRE(cost("gihtub", "github"));
    CHECK(*cost("ghb", "github") < *cost("gihtub", "github"));
    CHECK_FALSE(cost("xyz", "github"));
    CHECK_FALSE(cost("gb", "g" + std::string(100, '-') + "b"));
    // A long query is not one letter away from everything.
    CHECK_FALSE(cost(std::string(200, 'a'), "github"));
    CHECK_FALSE(cost("", "github"));
    CHECK_FALSE(cost("a", ""));
}

TEST_CASE("a text has the letters and pairs of every text in it", "[core][lookup][property]") {
    tests::SeededRandom random;
    for (std::size_t i = 0; i < tests::count(5'000); ++i) {
        std::string text(40, ' ');
        random.fill(MutableBytes(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
        const std::string part = text.substr(random.below(40), random.below(40));
        REQUIRE((letters_of(part) & ~letters_of(text)) == 0);
        REQUIRE(Pairs::of(text).hold(Pairs::of(part)));
    }
    CHECK_FALSE(Pairs::of("github").hold(Pairs::of("gh")));
}

}  // namespace sparekey::core
