// The kinds of paper code there are. Their prefixes and sizes differ, so that one is never taken
// for another.
#pragma once

#include "core/text/bech32.h"

namespace sparekey::core {

/// 160 bits and ten of the vault's id.
inline constexpr CodeShape kSecretKeyShape = {"SK", 32 + 2};
inline constexpr CodeShape kRecoveryCodeShape = {"RC", 32 + 2};
/// A version and 240 bits.
inline constexpr CodeShape kKitShareShape = {"KS", 1 + 48};

}  // namespace sparekey::core
