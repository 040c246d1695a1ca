#include "core/crypto/system_random.h"

#include "core/base/error.h"

#include <sodium.h>

namespace sparekey::core {

void start_crypto() {
    if (sodium_init() < 0) throw SystemFailure("the system's random generator does not answer");
}

void SystemRandom::fill(MutableBytes bytes) {
    randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace sparekey::core
