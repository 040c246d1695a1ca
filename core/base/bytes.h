// Byte strings that are not secret, and their text forms.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparekey::core {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using Hash = std::array<std::uint8_t, 32>;

/// The bytes of `text`, without a terminating NUL.
inline ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);
/// Either case; nothing if `text` is not pairs of hexadecimal digits.
std::optional<Bytes> from_hex(std::string_view text);

/// RFC 4648 section 6 base32, lower case, without padding.
std::string to_base32(ByteView bytes);
/// Either case, without padding; nothing if a character is foreign, the length impossible or a
/// left-over bit is set (so every byte string has exactly one text).
std::optional<Bytes> from_base32(std::string_view text);

/// RFC 4648 section 4 base64 with padding.
std::string to_base64(ByteView bytes);
/// Strict: padding wanted, white space and left-over bits refused.
std::optional<Bytes> from_base64(std::string_view text);

/// RFC 4648 section 5 base64url without padding, as in JSON Web Signatures (RFC 7515).
std::string to_base64url(ByteView bytes);
/// Strict: padding, foreign characters and left-over bits refused.
std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace sparekey::core
