// A reproducible generator: the seed is printed by every property test, and $SPAREKEY_SEED sets it.
#pragma once

#include "core/ports/random.h"

#include <cstdint>
#include <random>

namespace sparekey::tests {

/// $SPAREKEY_SEED, or one that differs from run to run. Printed once a process, on first use.
std::uint64_t seed();

/// `full` in a release build, a tenth (at least 1) under a sanitizer; $SPAREKEY_COUNTS=N overrides
/// with N percent of full.
std::size_t count(std::size_t full);

class SeededRandom final : public core::Random {
  public:
    explicit SeededRandom(std::uint64_t start = seed()) : engine_(start) {}
    void fill(core::MutableBytes bytes) override;
    /// Uniform in 0 … bound−1.
    std::size_t below(std::size_t bound);
    bool coin() { return below(2) == 1; }

  private:
    std::mt19937_64 engine_;
};

}  // namespace sparekey::tests
