#include "core/lookup/fuzzy.h"

#include <algorithm>
#include <bit>

namespace sparekey::core {
namespace {

constexpr std::size_t kLongest = 256;
constexpr std::size_t kLongestForDistance = 64;
/// Any subsequence is better than any misspelling.
constexpr std::uint32_t kMisspelt = 1000;

/// Each letter of the query at its first place after the one before. Looks only as far as the cost
/// stays below `below`.
std::optional<std::uint32_t> subsequence_cost(std::string_view query, std::string_view text,
                                              std::uint32_t below) {
    std::size_t cost = 0;
    std::size_t next = 0;  // of the query
    std::size_t after = 0;
    // What stands before the first letter counts little, a gap inside counts.
    std::size_t end = std::min(text.size(), std::size_t{4} * below);
    for (std::size_t at = 0; at < end; ++at) {
        if (text[at] != query[next]) continue;
        cost += next == 0 ? at / 4 : 2 * (at - after);
        after = at + 1;
        if (++next == query.size()) {
            cost += (text.size() - after) / 8;
            if (cost >= below) return std::nullopt;
            return static_cast<std::uint32_t>(cost);
        }
        if (cost >= below) return std::nullopt;
        end = std::min(text.size(), after + (below - cost + 1) / 2);
    }
    return std::nullopt;
}

/// No more than `most` of them. For the few that are asked for, quicker than counting all.
bool are_few(Letters letters, std::uint32_t most) {
    for (; most > 0 && letters != 0; --most) letters &= letters - 1;
    return letters == 0;
}

}  // namespace

DistanceFrom::DistanceFrom(std::string_view text)
    : size_(std::min(text.size(), kLongestForDistance)),
      letters_(letters_of(text.substr(0, size_))) {
    for (std::size_t i = 0; i < size_; ++i) {
        places_[static_cast<unsigned char>(text[i])] |= std::uint64_t{1} << i;
        ++times_[static_cast<std::size_t>(std::countr_zero(letters_of(text.substr(i, 1))))];
    }
}

bool DistanceFrom::may_be_within(std::uint32_t most, Letters letters) const {
    std::uint32_t lacking = 0;
    for (Letters missing = letters_ & ~letters; missing != 0; missing &= missing - 1) {
        lacking += times_[static_cast<std::size_t>(std::countr_zero(missing))];
        if (lacking > most) return false;
    }
    return true;
}

std::optional<std::uint32_t> DistanceFrom::within(std::uint32_t most, std::string_view text,
                                                  Letters letters) const {
    const std::size_t size = std::min(text.size(), kLongestForDistance);
    if (std::max(size, size_) - std::min(size, size_) > most) return std::nullopt;
    if (!may_be_within(most, letters)) return std::nullopt;
    // So does each letter that only the text has; of a cut text they are not known.
    if (size == text.size() && !are_few(letters & ~letters_, most)) return std::nullopt;
    const std::uint32_t distance = to(text);
    if (distance > most) return std::nullopt;
    return distance;
}

/// The columns of the usual table as bits: where a step down adds one, and where it takes one.
std::uint32_t DistanceFrom::to(std::string_view text) const {
    text = text.substr(0, kLongestForDistance);
    if (size_ == 0) return static_cast<std::uint32_t>(text.size());
    const std::uint64_t last = std::uint64_t{1} << (size_ - 1);
    std::uint64_t down_adds = ~std::uint64_t{0};
    std::uint64_t down_takes = 0;
    std::uint64_t diagonal = 0;  // where a diagonal step is free
    std::uint64_t places_before = 0;
    auto distance = static_cast<std::uint32_t>(size_);
    for (const char c : text) {
        const std::uint64_t places = places_[static_cast<unsigned char>(c)];
        const std::uint64_t swapped = ((~diagonal & places) << 1) & places_before;
        diagonal = (((places & down_adds) + down_adds) ^ down_adds) | places | down_takes | swapped;
        std::uint64_t right_adds = down_takes | ~(diagonal | down_adds);
        std::uint64_t right_takes = diagonal & down_adds;
        if ((right_adds & last) != 0) ++distance;
        if ((right_takes & last) != 0) --distance;
        right_adds = right_adds << 1 | 1;
        right_takes <<= 1;
        down_adds = right_takes | ~(diagonal | right_adds);
        down_takes = right_adds & diagonal;
        places_before = places;
    }
    return distance;
}

std::uint32_t edit_distance(std::string_view left, std::string_view right) {
    return DistanceFrom(left).to(right);
}

FuzzyQuery::FuzzyQuery(std::string_view query)
    : query_(query.substr(0, kLongest)),
      letters_(letters_of(query_)),
      distance_(query_),
      // A subsequence scattered over a long text is chance, not a match.
      scattered_(static_cast<std::uint32_t>(8 * query_.size() + 1)),
      farthest_(static_cast<std::uint32_t>(std::min(query_.size(), kLongestForDistance) / 3)) {}

std::optional<std::uint32_t> FuzzyQuery::cost(std::string_view text, Letters letters,
                                              std::uint32_t below) const {
    if (query_.empty() || text.empty()) return std::nullopt;
    if ((letters_ & ~letters) == 0) {
        const auto in_order =
            subsequence_cost(query_, text.substr(0, kLongest), std::min(below, scattered_));
        if (in_order) return in_order;
    }
    if (below <= kMisspelt) return std::nullopt;
    const auto distance =
        distance_.within(std::min(farthest_, below - kMisspelt - 1), text, letters);
    if (!distance) return std::nullopt;
    return kMisspelt + *distance;
}

}  // namespace sparekey::core
