// The wall clock, passed in, so that tests decide what time it is.
#pragma once

#include <cstdint>

namespace sparekey::core {

class Clock {
  public:
    virtual ~Clock() = default;
    /// Milliseconds since 1970-01-01T00:00:00Z.
    virtual std::uint64_t now_ms() const = 0;
};

}  // namespace sparekey::core
