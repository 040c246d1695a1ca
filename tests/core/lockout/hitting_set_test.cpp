#include "core/lockout/hitting_set.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::uint32_t kElements = 8;

std::vector<std::uint32_t> some(tests::SeededRandom& random) {
    std::vector<std::uint32_t> chosen;
    while (chosen.empty()) {
        for (std::uint32_t element = 0; element < kElements; ++element) {
            if (random.below(4) == 0) chosen.push_back(element);
        }
    }
    return chosen;
}

std::vector<Clause> random_clauses(tests::SeededRandom& random) {
    std::vector<Clause> clauses(random.below(8));
    for (Clause& clause : clauses) {
        clause.one_of = some(random);
        clause.always = random.below(3) > 0;
        if (!clause.always) clause.when = some(random);
    }
    return clauses;
}

bool meets(const std::vector<std::uint32_t>& elements, std::uint32_t taken) {
    return std::any_of(elements.begin(), elements.end(),
                       [&](std::uint32_t element) { return (taken >> element & 1U) != 0; });
}

bool satisfies(const std::vector<Clause>& clauses, std::uint32_t taken) {
    return std::all_of(clauses.begin(), clauses.end(), [&](const Clause& clause) {
        return meets(clause.one_of, taken) || !(clause.always || meets(clause.when, taken));
    });
}

std::uint32_t bits(const HittingSet& set) {
    std::uint32_t taken = 0;
    for (const std::uint32_t element : set.elements) taken |= 1U << element;
    return taken;
}

}  // namespace

TEST_CASE("a smallest hitting set satisfies every clause, and none is smaller", "[core][lockout]") {
    tests::SeededRandom random;
    for (std::size_t i = 0; i < tests::count(3'000); ++i) {
        const std::vector<Clause> clauses = random_clauses(random);
        std::uint64_t budget = 1'000'000;
        const HittingSet found = smallest_hitting_set(clauses, kElements, budget);
        REQUIRE(found.exact);
        REQUIRE(satisfies(clauses, bits(found)));
        for (std::uint32_t taken = 0; taken < 1U << kElements; ++taken) {
            const auto size = static_cast<std::size_t>(__builtin_popcount(taken));
            if (size < found.elements.size()) REQUIRE_FALSE(satisfies(clauses, taken));
        }
    }
}

TEST_CASE("without a budget a hitting set is found all the same, and said to be no more",
          "[core][lockout]") {
    tests::SeededRandom random;
    for (std::size_t i = 0; i < tests::count(1'000); ++i) {
        std::vector<Clause> clauses = random_clauses(random);
        clauses.push_back({{0, 1}, true, {}});
        std::uint64_t budget = 0;
        const HittingSet found = smallest_hitting_set(clauses, kElements, budget);
        REQUIRE_FALSE(found.exact);
        REQUIRE(satisfies(clauses, bits(found)));
    }
}

}  // namespace sparekey::core
