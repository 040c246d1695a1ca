// Secret sharing (Shamir, "How to share a secret", 1979) byte by byte over GF(256) with the
// polynomial x^8 + x^4 + x^3 + x^2 + 1, by libgfshare.
//
// A share is the value of a random polynomial at the share's number; its value at 0 is the secret.
// Any `threshold` shares determine it; fewer are independent of the secret. Nothing here notices a
// wrong share: the caller checks what comes out. Needs start_crypto().
#pragma once

#include "core/secret/secret_bytes.h"

#include <vector>

namespace sparekey::core {

struct ShamirShare {
    std::uint8_t number = 0;  // 1…255
    SecretBytes value;        // as long as the secret
};

/// Shares numbered 1…`count`. 2 ≤ threshold ≤ count ≤ 255, and a secret that is not empty, else
/// SystemFailure. The coefficients are libsodium's random bytes, never libgfshare's own random().
std::vector<ShamirShare> shamir_split(ByteView secret, std::uint8_t threshold, std::uint8_t count);

/// The value at 0 of the polynomial through all of `shares`: the secret, if they are of one set and
/// at least as many as its threshold. Numbers differ, sizes are the same, else SystemFailure.
SecretBytes shamir_combine(const std::vector<const ShamirShare*>& shares);

}  // namespace sparekey::core
