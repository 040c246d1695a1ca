// The account's slots as a server hands them out, held against the roster that names them.
#pragma once

#include "core/chain/roster.h"

namespace sparekey::core {

/// What the roster of an account with these slots says about them: hash, openers, g, and as pins
/// what every password slot costs at least. ErrorCode::conflict if that is less than the pins that
/// `roster` has from the one before, since those never fall.
Result<void> describe_slots(Roster& roster, const AccountSlots& slots);

/// The slots, if their SHA-256 is the roster's, and vault, g and openers are; and if no password
/// slot costs less than the roster's pins, or more than the ceiling. ErrorCode::integrity, before
/// any key derivation runs.
Result<AccountSlots> accept_slots(const Roster& roster, ByteView bytes);

/// The SHA-256 of a sealed keyring is the roster's. ErrorCode::integrity.
Result<void> check_keyring(const Roster& roster, ByteView sealed_keyring);

}  // namespace sparekey::core
