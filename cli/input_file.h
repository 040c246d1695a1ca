// A file that the caller names: a regular one, a pipe or /dev/fd/N, into wiped memory.
#pragma once

#include "core/base/result.h"
#include "core/secret/secret_bytes.h"

#include <string>

namespace sparekey::cli {

/// All of it. ErrorCode::not_found if there is none, ErrorCode::usage for more than `most` bytes,
/// ErrorCode::failed if it cannot be read.
core::Result<core::SecretBytes> read_any_file(const std::string& path, std::size_t most);

}  // namespace sparekey::cli
