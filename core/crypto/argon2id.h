// Argon2id version 1.3, one lane (RFC 9106), by libsodium, within bounds that are checked first.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <cstdint>

namespace sparekey::core {

/// What one derivation costs. Memory in bytes, a whole number of KiB.
struct KdfCost {
    std::uint64_t memory = 0;
    std::uint32_t passes = 0;

    friend bool operator==(const KdfCost&, const KdfCost&) = default;
};

/// Three bounds (DESIGN section 3): what is made is at or above the floor, what the local file
/// holds is opened from kKdfLowestOpened on, and nothing above the ceiling is ever computed.
inline constexpr KdfCost kKdfFloor{std::uint64_t{64} << 20, 3};
inline constexpr KdfCost kKdfLowestOpened{std::uint64_t{8} << 20, 1};
inline constexpr KdfCost kKdfCeiling{std::uint64_t{1} << 30, 16};
inline constexpr std::uint64_t kKdfMemoryTimesPasses = std::uint64_t{8} << 30;
inline constexpr KdfCost kKdfDefault{std::uint64_t{256} << 20, 3};

inline constexpr std::size_t kKdfSaltSize = 16;
using KdfSalt = std::array<std::uint8_t, kKdfSaltSize>;

/// True from `lowest` up to the ceiling; both figures count, and their product.
bool within_bounds(const KdfCost& cost, const KdfCost& lowest);

/// The larger of each figure.
KdfCost at_least(const KdfCost& cost, const KdfCost& lowest);

/// 32 bytes. ErrorCode::integrity, before any memory is taken, for a cost outside
/// kKdfLowestOpened … kKdfCeiling; SystemFailure when the memory cannot be had.
Result<void> argon2id(ByteView password, const KdfSalt& salt, const KdfCost& cost,
                      std::span<std::uint8_t, 32> out);

}  // namespace sparekey::core
