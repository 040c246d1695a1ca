// From a secret to the byte strings that give it away in a text.
#pragma once

#include "core/secret/secret_bytes.h"

#include <vector>

namespace sparekey::core {

inline constexpr std::size_t kLongestNeedle = 128;  // bytes; of a longer line its beginning

/// How a secret is written by others.
enum class SecretForm : std::uint8_t {
    text,  // as it stands
    seed,  // of one-time codes: base32, with spaces or without, or within a URI
};

/// What is looked for: none if the secret stands in any text by chance (core/leaks/worth.h). Of
/// several lines each is one; of a private key's, those of its later half, since the first ones are
/// the same in many keys or public. A number in groups is looked for without its spaces too.
std::vector<SecretText> needles_of(std::string_view secret, SecretForm form);

}  // namespace sparekey::core
