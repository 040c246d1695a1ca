// The account's long-lived random keys: one sealed object under the vault key, the same on every
// device, so that a rotation re-wraps instead of rewriting.
#pragma once

#include "core/model/key_slots.h"

#include <vector>

namespace sparekey::core {

struct EpochKeyTag;
struct IdKeyTag;
using EpochKey = Key<EpochKeyTag>;  // DK_e: record keys are derived from it
using IdKey = Key<IdKeyTag>;        // never rotated: record ids that devices must agree on

struct Keyring {
    std::vector<SigningSeed> account;  // ASK of every generation, oldest first
    std::vector<EpochKey> epochs;      // DK_1 … DK_e
    SecretBytes secret_key;            // kSecretKeySize bytes
    SecretBytes recovery_code;         // as long
    IdKey id_key;

    std::uint32_t epoch() const { return static_cast<std::uint32_t>(epochs.size()); }
};

}  // namespace sparekey::core
