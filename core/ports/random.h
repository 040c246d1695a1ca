// Where random bytes come from: the system's generator in the programs, a seeded one in tests.
#pragma once

#include "core/base/bytes.h"

namespace sparekey::core {

class Random {
  public:
    virtual ~Random() = default;
    /// Fills all of `bytes`. Throws SystemFailure when there is no entropy.
    virtual void fill(MutableBytes bytes) = 0;

    template <std::size_t N>
    std::array<std::uint8_t, N> bytes() {
        std::array<std::uint8_t, N> made{};
        fill(made);
        return made;
    }
};

}  // namespace sparekey::core
