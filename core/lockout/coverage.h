// Where a vault hangs by a thread: what a single loss takes away, what a pair of losses does, and
// the fewest spare keys that end it (docs/LOCKOUT.md, decision 18).
#pragma once

#include "core/lockout/spare_keys.h"

namespace sparekey::core {

/// A channel whose loss alone loses an item that does not itself hold it.
struct SinglePoint {
    Node channel = 0;
    std::vector<Node> lost;  // as lose() has it: holders, too
    std::vector<Node> at_risk;
};

/// Two channels that together lose items which neither alone loses.
struct FatalPair {
    Node first = 0;
    Node second = 0;
    std::vector<Node> lost;  // only those
};

struct Coverage {
    std::vector<SinglePoint> single_points;  // most lost first
    std::vector<FatalPair> pairs;            // likewise
    std::vector<Node> weak;                  // with nothing lost
    std::vector<Node> no_way_in;
    std::size_t lost_with_vault = 0;
    SpareKeys spare_keys;
};

Coverage cover(const Graph& graph);

}  // namespace sparekey::core
