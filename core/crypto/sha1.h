// SHA-1 (FIPS 180-4), by OpenSSL. Broken where collisions matter: here only for looking passwords
// up in public lists of breached ones, which are keyed by it.
#pragma once

#include "core/secret/secret_bytes.h"

namespace sparekey::core {

/// 20 bytes, as secret as what was hashed.
SecretBytes sha1(ByteView bytes);

}  // namespace sparekey::core
