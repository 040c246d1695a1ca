// The roster that the next commit brings, if what it lists is not what is here.
#pragma once

#include "core/replica/context.h"

namespace sparekey::core {

struct RosterWish;

/// Since `before` devices joined, and nothing else happened.
bool only_joined(const Roster& before, const Roster& now);

struct NewRoster {
    SignedRoster roster;
    std::uint32_t epoch = 1;
    RosterParts parts;
};

/// Nothing if slots, keyring and devices are to stay as they are. The account's first one if `head`
/// is of n = 0. Errors as those of next_push().
Result<std::optional<NewRoster>> next_roster(const ReplicaContext& context,
                                             const AccountState& state, const ChainHead& head,
                                             const RosterWish& wish);

}  // namespace sparekey::core
