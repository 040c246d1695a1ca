// A secret as others write it: for tests that hide one in a text.
#pragma once

#include "tests/support/seeded_random.h"

#include <string>

namespace sparekey::tests {

/// Of the characters of `alphabet`.
std::string random_text(SeededRandom& random, std::size_t size, const std::string& alphabet);

/// The same, as a token has it: without what tells that somebody made it up, as "XXXX" or five
/// equal characters, which comes by chance, too.
std::string token_text(SeededRandom& random, std::size_t size, const std::string& alphabet);

enum class Spelling { plain, base64, base64url, wrapped, hex, upper_hex, percent, all_percent };
inline constexpr int kSpellings = 8;
std::string spelling_name(Spelling spelling);

/// `secret` in that spelling, with random bytes before and after it within the encoding, so that it
/// begins anywhere in a group of characters.
std::string spelled(SeededRandom& random, const std::string& secret, Spelling spelling);

/// "ghp_" and 36 characters whose checksum fits.
std::string github_token(SeededRandom& random);

}  // namespace sparekey::tests
