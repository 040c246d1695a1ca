// Unpacking gzip (RFC 1952) by zlib, up to a bound: a bomb is refused before it fills memory.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

namespace sparekey::cli {

/// ErrorCode::usage for what is not gzip, is cut off, or unpacks to more than `most` bytes.
core::Result<core::SecretBytes> gunzip(core::ByteView packed, std::size_t most);

}  // namespace sparekey::cli
