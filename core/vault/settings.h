// What a vault remembers about itself: records of their own, sealed like items.
#pragma once

#include "core/vault/vault.h"

namespace sparekey::core {

/// When the paper kit was last proved to open the vault; nothing if never.
Result<std::optional<std::uint64_t>> kit_proved(Vault& vault);
Result<void> remember_kit_proved(Vault& vault, std::uint64_t at_ms);

}  // namespace sparekey::core
