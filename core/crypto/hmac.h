// HMAC-SHA1, -SHA256 and -SHA512 (RFC 2104) for one-time codes, by OpenSSL. Keys of any length.
#pragma once

#include "core/base/bytes.h"

namespace sparekey::core {

enum class HmacHash { sha1, sha256, sha512 };

/// 20, 32 or 64 bytes. Throws SystemFailure if OpenSSL refuses.
Bytes hmac(HmacHash hash, ByteView key, ByteView message);

}  // namespace sparekey::core
