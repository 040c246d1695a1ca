// How well a text fits a query that is not in it: for `find` and for "did you mean".
//
// Texts are compared by bytes; both sides are folded. A search compares one query with a hundred
// thousand texts, so the query is prepared once, and each text's letters tell of most that they do
// not fit.
#pragma once

#include "core/lookup/letters.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sparekey::core {

/// Optimal string alignment distance (a swap of neighbours is one step) from one text, by bytes, of
/// at most 64 bytes of each: Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau
/// edit distances" (2003).
class DistanceFrom {
  public:
    explicit DistanceFrom(std::string_view text);
    std::uint32_t to(std::string_view text) const;
    /// to() if that is at most `most`. `letters` are those of the whole text: most texts need no
    /// more than them.
    std::optional<std::uint32_t> within(std::uint32_t most, std::string_view text,
                                        Letters letters) const;

    /// False if no text of these letters is so near: each letter that it lacks costs a step.
    bool may_be_within(std::uint32_t most, Letters letters) const;

  private:
    std::size_t size_;
    Letters letters_;
    std::array<std::uint8_t, 64> times_{};     // that each of its letters is there
    std::array<std::uint64_t, 256> places_{};  // of each byte
};

std::uint32_t edit_distance(std::string_view left, std::string_view right);

class FuzzyQuery {
  public:
    explicit FuzzyQuery(std::string_view query);
    /// False if no text of these letters can fit.
    bool may_fit(Letters letters) const { return distance_.may_be_within(farthest_, letters); }
    /// Smaller is better; nothing if it does not fit. The letters of the query in order (a
    /// subsequence) cost the gaps between them; else a distance of at most a third of the query is
    /// accepted. Looks at no more than 256 bytes of each, for the distance at 64.
    /// Only what is cheaper than `below` is of interest.
    std::optional<std::uint32_t> cost(std::string_view text, Letters letters,
                                      std::uint32_t below = kAnyCost) const;
    static constexpr std::uint32_t kAnyCost = static_cast<std::uint32_t>(-1);

  private:
    std::string_view query_;
    Letters letters_;
    DistanceFrom distance_;
    std::uint32_t scattered_;  // no subsequence costs so much
    std::uint32_t farthest_;
};

}  // namespace sparekey::core
