// Pairs of losses. Private to coverage.
#pragma once

#include "core/lockout/graph.h"

namespace sparekey::core {

struct FatalPair;

/// Every pair of channels that together lose an item which neither alone loses; most lost first.
std::vector<FatalPair> fatal_pairs(const Graph& graph);

}  // namespace sparekey::core
