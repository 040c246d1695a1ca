// The fewest items that, given a firm way in of their own, leave no single point of failure.
//
// Each item that a single loss takes says: one of those that would have kept it open needs a spare
// key. Those are clauses of a hitting set; what a spare key newly opens, and a single loss would
// take again, adds clauses until nothing is left (decision 18).
#pragma once

#include "core/lockout/graph.h"

#include <string>

namespace sparekey::core {

struct SpareKey {
    Node item = 0;
    std::string why;  // for people
};

struct SpareKeys {
    bool exact = true;  // there are no fewer; else it was not worth finding out
    std::vector<SpareKey> add;
};

/// Clauses looked at in search of the fewest: some tenths of a second.
inline constexpr std::uint64_t kSpareKeyBudget = 20'000'000;

SpareKeys spare_keys(const Graph& graph, std::uint64_t budget = kSpareKeyBudget);

/// What is gone at once when the channel is lost: it, and the items that hold it.
std::vector<Node> lost_with(const Graph& graph, Node channel);

}  // namespace sparekey::core
