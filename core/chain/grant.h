// Grants: a rotation's new vault key, sealed to each device that stays (DESIGN section 3).
//
// They stand in the roster of the rotation's commit, whose signature vouches for them.
#pragma once

#include "core/chain/roster.h"

namespace sparekey::core {

/// For the roster's own vault, n and g. ErrorCode::integrity if the device's key is no key.
Result<Grant> make_grant(const Roster& roster, const RosterDevice& device, const VaultKey& key,
                         Random& random);

/// The vault key of the roster's g. ErrorCode::not_found without a grant for `device`;
/// ErrorCode::integrity if it does not open as this vault's, commit's, device's and generation's.
Result<VaultKey> open_grant(const Roster& roster, const DeviceId& device, SeedView box_secret);

}  // namespace sparekey::core
