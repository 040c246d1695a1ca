// How well a text fits a query that is not in it: for `find` and for "did you mean".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sparekey::core {

/// Smaller is better; nothing if it does not fit. The letters of `query` in order (a subsequence)
/// cost the gaps between them; else an edit distance of at most a third of the query is accepted.
/// Both sides are folded. Looks at no more than 256 bytes of each.
std::optional<std::uint32_t> fuzzy_cost(std::string_view query, std::string_view text);

/// Optimal string alignment distance (a swap of neighbours is one step), by bytes, of at most 64
/// bytes of each.
std::uint32_t edit_distance(std::string_view left, std::string_view right);

}  // namespace sparekey::core
