// A sync that would take away many items at once waits for a person (DESIGN section 6).
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

/// What a person said yes to.
struct Permissions {
    bool mass_deletion = false;
};

/// A sync that would take away more items than this, and more than a fifth of all, is held.
inline constexpr std::uint64_t kHeldFrom = 50;

/// `now` items would go with this page, `before` went with earlier ones of the same sync. So many
/// as would have gone if a person has to be asked, else 0. The next sync goes on counting there, so
/// that asking twice is no way around.
std::uint64_t held_deletion(const ReplicaContext& context, const Permissions& permissions,
                            std::uint64_t before, std::uint64_t now);

/// A sync came to its end.
void forget_held_deletion(SyncTransaction& transaction);

}  // namespace sparekey::core
