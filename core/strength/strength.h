// How hard a password is to guess, by zxcvbn (Wheeler, USENIX Security 2016).
#pragma once

#include <string_view>

namespace sparekey::core {

struct Strength {
    double bits = 0;        // log2 of the guesses
    std::string_view word;  // "very weak", "weak", "fair", "strong", "very strong"
};

/// Looks at no more than the first 100 bytes.
Strength estimate_strength(std::string_view password);

}  // namespace sparekey::core
