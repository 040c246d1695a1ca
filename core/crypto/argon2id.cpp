#include "core/crypto/argon2id.h"

#include "core/base/mutant.h"

#include <sodium.h>

#include <algorithm>

namespace sparekey::core {

bool within_bounds(const KdfCost& cost, const KdfCost& lowest) {
    return cost.memory >= lowest.memory && cost.memory <= kKdfCeiling.memory &&
           cost.memory % 1024 == 0 && cost.passes >= lowest.passes &&
           cost.passes <= kKdfCeiling.passes && cost.memory * cost.passes <= kKdfMemoryTimesPasses;
}

KdfCost at_least(const KdfCost& cost, const KdfCost& lowest) {
    return {std::max(cost.memory, lowest.memory), std::max(cost.passes, lowest.passes)};
}

Result<void> argon2id(ByteView password, const KdfSalt& salt, const KdfCost& cost,
                      std::span<std::uint8_t, 32> out) {
    if (!SPAREKEY_LEFT_OUT("kdf-bounds") && !within_bounds(cost, kKdfLowestOpened)) {
        return unexpected(ErrorCode::integrity, "the key derivation parameters are out of bounds");
    }
    // Nothing has no address, which libsodium wants.
    const char* const text = password.empty() ? "" : reinterpret_cast<const char*>(password.data());
    if (crypto_pwhash(out.data(), out.size(), text, password.size(), salt.data(), cost.passes,
                      cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw SystemFailure("Argon2id could not get its memory (" +
                            std::to_string(cost.memory >> 20) + " MiB)");
    }
    return {};
}

}  // namespace sparekey::core
