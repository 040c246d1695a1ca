// Base64 (RFC 4648 section 4, with padding) of and into wiped memory, by libsodium: neither a table
// look-up nor a branch depends on the content, and no copy is left behind.
#pragma once

#include "core/secret/secret_bytes.h"

#include <optional>

namespace sparekey::core {

SecretText secret_to_base64(ByteView bytes);
/// Strict but for line breaks, which may stand anywhere.
std::optional<SecretBytes> secret_from_base64(std::string_view text);

}  // namespace sparekey::core
