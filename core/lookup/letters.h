// What a text holds, as bits: enough to tell of most texts that they do not hold another, without
// looking at them. A text that holds another has all of its bits; the reverse is not said.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sparekey::core {

/// Which bytes: a bit each for a-z and 0-9, the others share the rest.
using Letters = std::uint64_t;
Letters letters_of(std::string_view text);

/// Which two bytes in a row.
class Pairs {
  public:
    static Pairs of(std::string_view text);
    void add(const Pairs& other) {
        for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] |= other.bits_[i];
    }
    bool hold(const Pairs& others) const {
        std::uint64_t missing = 0;
        for (std::size_t i = 0; i < bits_.size(); ++i) missing |= others.bits_[i] & ~bits_[i];
        return missing == 0;
    }

  private:
    std::array<std::uint64_t, 4> bits_{};
};

}  // namespace sparekey::core
