// A sync that would take away many items at once waits for a person (DESIGN section 6), before it
// takes any.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

/// What a person said yes to.
struct Permissions {
    bool mass_deletion = false;
};

/// A sync that would take away more items than this, and more than a fifth of all, is held.
inline constexpr std::uint64_t kHeldFrom = 50;

/// What a sync takes away beside what the page at hand does.
struct Toll {
    std::uint64_t before = 0;  // items that went with earlier pages
    /// Items that go with all of its pages, as far as somebody looked ahead (core/replica/
    /// foresight.h); nothing: nobody did.
    std::optional<std::uint64_t> in_all = {};
};

/// A page that takes `now` items away, and is not the last one, is applied only once it is known
/// what the later ones take.
bool is_unforeseen(const Permissions& permissions, const Toll& toll, std::uint64_t now);

/// `now` items would go with this page. So many as would have gone in the whole sync if a person
/// has to be asked, else 0. The next sync goes on counting where this one was held, so that asking
/// twice is no way around.
std::uint64_t held_deletion(const ReplicaContext& context, const Permissions& permissions,
                            const Toll& toll, std::uint64_t now);

/// A sync came to its end.
void forget_held_deletion(SyncTransaction& transaction);

}  // namespace sparekey::core
