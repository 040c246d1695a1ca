// What a stored commit and a stored roster say, for whoever verifies a whole store.
#pragma once

#include "sync/server/store/upkeep/verify.h"

namespace sparekey::sync {

/// By core/chain. Signatures are the devices' to check, which have the keys to begin with.
ContentReader content_reader();

}  // namespace sparekey::sync
