// Which secrets are worth looking for in other people's text: those that do not stand in it by
// chance.
#pragma once

#include <cstddef>
#include <string_view>

namespace sparekey::core {

inline constexpr std::size_t kShortestNeedle = 8;  // bytes
inline constexpr std::size_t kShortestPlain = 15;  // letters and digits
inline constexpr std::size_t kFewestDistinct = 5;  // characters

/// False for what is shorter than kShortestNeedle, has fewer than kFewestDistinct characters, or is
/// plain and shorter than kShortestPlain. Plain is what a text is made of: words in one case or
/// with a capital, each perhaps with digits at its end, and numbers, with any signs between them:
/// "password", "Summer2024!", "2024-01-31", "foo_bar".
bool is_worth_looking_for(std::string_view secret);

}  // namespace sparekey::core
