// The seed of an item's one-time codes as it is handed out.
#pragma once

#include "core/model/view.h"

namespace sparekey::core {

/// `totp`, the item's own; a HOTP's in use goes on where it is, not where it began.
SecretText current_seed(const ItemState& state, const SecretText& totp);

}  // namespace sparekey::core
