// A Reseed as it lies in the vault's state between two pages. Private to core/replica.
#pragma once

#include "core/replica/reseed.h"

namespace sparekey::core {

Bytes encode(const Reseed& reseed);
/// ErrorCode::integrity for what encode() does not write.
Result<Reseed> decode_reseed(ByteView bytes);

}  // namespace sparekey::core
