// What the readers of tokens share. Private to core/leaks.
#pragma once

#include <cstddef>
#include <string_view>

namespace sparekey::core {

enum class Alphabet { alphanumeric, base64url, lower_hex, base32, upper_alphanumeric };
bool belongs(char c, Alphabet alphabet);

/// How many characters from `at` on belong to the alphabet.
std::size_t run_length(std::string_view text, std::size_t at, Alphabet alphabet);

/// No letter, digit or underscore stands before `at`.
bool begins_word(std::string_view text, std::size_t at);
/// None stands at `end`, nor a hyphen.
bool ends_word(std::string_view text, std::size_t end);

/// As a generator makes it: many different characters, no run of one, no counting up, and none of
/// the words that documentation puts in a token's place.
bool looks_random(std::string_view text);

/// The last six characters are the CRC-32 of those before, in base 62: GitHub's and npm's tokens.
/// https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
bool has_base62_checksum(std::string_view text);

}  // namespace sparekey::core
