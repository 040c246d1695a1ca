// A clock that a test sets. Several threads may read it.
#pragma once

#include "core/ports/clock.h"

#include <atomic>

namespace sparekey::tests {

class FakeClock final : public core::Clock {
  public:
    std::uint64_t now_ms() const override { return now_ms_; }
    void set(std::uint64_t now_ms) { now_ms_ = now_ms; }
    void advance(std::uint64_t ms) { now_ms_ += ms; }

  private:
    std::atomic<std::uint64_t> now_ms_ = 1'900'000'000'000;
};

}  // namespace sparekey::tests
