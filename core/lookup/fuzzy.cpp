#include "core/lookup/fuzzy.h"

#include <algorithm>
#include <array>

namespace sparekey::core {
namespace {

constexpr std::size_t kLongest = 256;
constexpr std::size_t kLongestForDistance = 64;
/// Any subsequence is better than any misspelling.
constexpr std::uint32_t kMisspelt = 1000;

std::optional<std::uint32_t> subsequence_cost(std::string_view query, std::string_view text) {
    std::uint32_t cost = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < query.size(); ++i) {
        const std::size_t found = text.find(query[i], at);
        if (found == std::string_view::npos) return std::nullopt;
        // What stands before the first letter counts little, a gap inside counts.
        cost += static_cast<std::uint32_t>(i == 0 ? found / 4 : 2 * (found - at));
        at = found + 1;
    }
    return cost + static_cast<std::uint32_t>((text.size() - at) / 8);
}

}  // namespace

std::optional<std::uint32_t> fuzzy_cost(std::string_view query, std::string_view text) {
    query = query.substr(0, kLongest);
    text = text.substr(0, kLongest);
    if (query.empty() || text.empty()) return std::nullopt;
    const auto in_order = subsequence_cost(query, text);
    // A subsequence scattered over a long text is chance, not a match.
    if (in_order && *in_order <= 8 * query.size()) return in_order;
    const std::uint32_t distance = edit_distance(query, text);
    if (distance * 3 > query.size()) return std::nullopt;
    return kMisspelt + distance;
}

std::uint32_t edit_distance(std::string_view left, std::string_view right) {
    left = left.substr(0, kLongestForDistance);
    right = right.substr(0, kLongestForDistance);
    using Row = std::array<std::uint32_t, kLongestForDistance + 1>;
    Row before{}, above{}, current{};
    for (std::size_t j = 0; j <= right.size(); ++j) above[j] = static_cast<std::uint32_t>(j);
    for (std::size_t i = 1; i <= left.size(); ++i) {
        current[0] = static_cast<std::uint32_t>(i);
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::uint32_t replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            current[j] = std::min({above[j] + 1, current[j - 1] + 1, replaced});
            const bool swapped =
                i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
        }
        before = above;
        above = current;
    }
    return above[right.size()];
}

}  // namespace sparekey::core
