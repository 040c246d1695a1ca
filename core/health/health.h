// What is wrong with an item's secrets, as far as the item itself and the other items can say.
// Pure.
//
// How hard a password is to guess and whether it was in a breach is found elsewhere, and put in.
#pragma once

#include "core/model/item.h"
#include "core/ports/random.h"
#include "core/secret/key.h"

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace sparekey::core {

enum class Problem : std::uint8_t { reused, weak, old, breached, no_second_factor, expiring };
inline constexpr std::size_t kProblemCount = 6;
/// "reused", "no_second_factor" …
std::string_view problem_name(Problem problem);

/// A set of problems, as bits in the order of the enum.
class Problems {
  public:
    Problems() = default;
    explicit Problems(std::uint8_t bits) : bits_(bits) {}
    void add(Problem problem) { bits_ = static_cast<std::uint8_t>(bits_ | bit(problem)); }
    bool has(Problem problem) const { return (bits_ & bit(problem)) != 0; }
    bool any() const { return bits_ != 0; }
    std::uint8_t bits() const { return bits_; }

  private:
    static std::uint8_t bit(Problem problem) {
        return static_cast<std::uint8_t>(1u << static_cast<unsigned>(problem));
    }
    std::uint8_t bits_ = 0;
};

/// A password that was not changed for so long is old: three years, in ms.
inline constexpr std::uint64_t kPasswordAges = std::uint64_t{3} * 365 * 24 * 60 * 60 * 1000;
/// What expires within so long is expiring, as is what has expired: 30 days, in ms.
inline constexpr std::uint64_t kExpiryWarning = std::uint64_t{30} * 24 * 60 * 60 * 1000;

/// old, no_second_factor and expiring. `password_set_ms` is when its password was set.
Problems item_problems(const Item& item, std::uint64_t password_set_ms, std::uint64_t now_ms);

/// Until when something is good, in ms since 1970: the end of the day or month that the text of a
/// field names, as YYYY-MM-DD (with anything behind a T or a space), YYYY-MM, MM/YYYY or MM/YY.
/// Nothing for anything else.
std::optional<std::uint64_t> parse_expiry(std::string_view text);

/// Tells which passwords are the same by a hash under a key that lives no longer than this object.
class ReuseIndex {
  public:
    explicit ReuseIndex(Random& random) : key_(Key<struct ReuseTag>::random(random)) {}
    /// The number of this password: 0, 1 … in order of the first appearance.
    std::size_t note(ByteView password);
    std::size_t distinct() const { return counts_.size(); }
    /// How often the password of this number was noted.
    std::size_t count(std::size_t number) const { return counts_[number]; }

  private:
    Key<struct ReuseTag> key_;
    std::map<Hash, std::size_t> numbers_;
    std::vector<std::size_t> counts_;
};

}  // namespace sparekey::core
