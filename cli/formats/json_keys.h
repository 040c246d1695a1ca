// Documents in which a key stands twice: which of the two was meant, nobody knows.
#pragma once

#include "core/base/result.h"

#include <string_view>

namespace sparekey::cli {

/// ErrorCode::usage, with the line and the key, if an object has one key twice. Whether the
/// document is JSON at all is the parser's to say.
core::Result<void> check_keys_once(std::string_view document);

}  // namespace sparekey::cli
