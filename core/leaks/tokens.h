// Well-known kinds of secret, told by their own marks: prefix, length, alphabet, and the checksum
// or structure where the kind has one. Strict rather than generous: what only resembles a token, or
// is a placeholder of some documentation, is none.
#pragma once

#include "core/base/bytes.h"

#include <span>

namespace sparekey::core {

struct TokenKind {
    std::string_view name;   // "github-token"
    std::string_view about;  // for a report: "a GitHub token"
    std::string_view mark;   // what its search begins with, somewhere in it
    /// The token that has its mark at `at` of `text`; empty if there is none.
    std::string_view (*find)(std::string_view text, std::size_t at);
};

/// Several may have one name: a kind with more than one mark.
std::span<const TokenKind> token_kinds();

/// A token is wholly within so many bytes from its mark, to either side.
inline constexpr std::size_t kLongestToken = 7 * 1024;

}  // namespace sparekey::core
