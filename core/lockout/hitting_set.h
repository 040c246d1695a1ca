// The fewest elements that satisfy clauses "one of these", some of which hold only "when one of
// those is taken". NP-hard in general (minimum hitting set): exact within a budget, else greedy.
#pragma once

#include <cstdint>
#include <vector>

namespace sparekey::core {

struct Clause {
    std::vector<std::uint32_t> one_of;  // not empty
    bool always = true;
    std::vector<std::uint32_t> when;  // unless always
};

struct HittingSet {
    bool exact = true;
    std::vector<std::uint32_t> elements;  // ascending
};

/// Elements are below `elements`. `budget` bounds the work, and is lessened by it: clauses looked
/// at while searching.
HittingSet smallest_hitting_set(const std::vector<Clause>& clauses, std::uint32_t elements,
                                std::uint64_t& budget);

}  // namespace sparekey::core
