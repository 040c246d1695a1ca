// The system's generator, by libsodium; start_crypto() must have succeeded first.
#pragma once

#include "core/ports/random.h"

namespace sparekey::core {

/// Once a process, before anything of core/crypto or core/secret. Throws SystemFailure (no
/// entropy).
void start_crypto();

class SystemRandom final : public Random {
  public:
    void fill(MutableBytes bytes) override;
};

}  // namespace sparekey::core
