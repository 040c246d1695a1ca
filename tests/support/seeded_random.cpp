#include "tests/support/seeded_random.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace sparekey::tests {

std::uint64_t seed() {
    static const std::uint64_t chosen = [] {
        const char* given = std::getenv("SPAREKEY_SEED");
        const std::uint64_t value =
            given != nullptr
                ? std::strtoull(given, nullptr, 10)
                : (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
        std::printf("SPAREKEY_SEED=%llu\n", static_cast<unsigned long long>(value));
        std::fflush(stdout);
        return value;
    }();
    return chosen;
}

std::size_t count(std::size_t full) {
    std::size_t percent = 100;
#ifdef SPAREKEY_SANITIZED
    percent = 10;
#endif
    if (const char* given = std::getenv("SPAREKEY_COUNTS")) {
        percent = std::strtoull(given, nullptr, 10);
    }
    return std::max<std::size_t>(1, full * percent / 100);
}

void SeededRandom::fill(core::MutableBytes bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
}

std::size_t SeededRandom::below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_);
}

}  // namespace sparekey::tests
