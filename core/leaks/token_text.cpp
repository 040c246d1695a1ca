#include "core/leaks/token_text.h"

#include "core/base/mutant.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>

namespace sparekey::core {
namespace {

constexpr std::size_t kLongestRepeat = 4;
constexpr std::size_t kLongestCount = 5;  // "12345", "abcde"
// Of 64 random hexadecimal digits five are equal in a row once in 1,100 times: what is long may
// have longer ones.
constexpr std::size_t kPartOfLong = 8;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_alphanumeric(char c) {
    return is_digit(c) || is_upper(c) || is_lower(c);
}

/// The longest run in which each character is `step` more than the one before.
std::size_t longest_run(std::string_view text, int step) {
    std::size_t longest = 0, length = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        length = text[i] - text[i - 1] == step ? length + 1 : 0;
        longest = std::max(longest, length + 1);
    }
    return longest;
}

bool has_placeholder(std::string_view text) {
    static constexpr std::array<std::string_view, 8> kWords = {
        "EXAMPLE", "example", "Example", "xxxx", "XXXX", "REDACTED", "redacted", "FAKE"};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

/// CRC-32 of IEEE 802.3, bit by bit: tokens are short. zlib has it too, which core does without:
/// five lines, held by real tokens, are less than a library that all of it would depend on.
std::uint32_t crc32(std::string_view text) {
    std::uint32_t crc = 0xffffffff;
    for (const char c : text) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
    }
    return ~crc;
}

}  // namespace

bool belongs(char c, Alphabet alphabet) {
    switch (alphabet) {
        case Alphabet::alphanumeric:
            return is_alphanumeric(c);
        case Alphabet::base64url:
            return is_alphanumeric(c) || c == '-' || c == '_';
        case Alphabet::lower_hex:
            return is_digit(c) || (c >= 'a' && c <= 'f');
        case Alphabet::base32:
            return is_upper(c) || (c >= '2' && c <= '7');
        case Alphabet::upper_alphanumeric:
            return is_upper(c) || is_digit(c);
    }
    return false;
}

std::size_t run_length(std::string_view text, std::size_t at, Alphabet alphabet) {
    std::size_t end = at;
    while (end < text.size() && belongs(text[end], alphabet)) ++end;
    return end - at;
}

bool begins_word(std::string_view text, std::size_t at) {
    return at == 0 || !(is_alphanumeric(text[at - 1]) || text[at - 1] == '_');
}

bool ends_word(std::string_view text, std::size_t end) {
    return end >= text.size() || !belongs(text[end], Alphabet::base64url);
}

bool looks_random(std::string_view text) {
    std::bitset<256> seen;
    for (const char c : text) seen.set(static_cast<unsigned char>(c));
    const std::size_t part = text.size() / kPartOfLong;
    return seen.count() >= std::min<std::size_t>(9, text.size() / 2) &&
           longest_run(text, 0) <= std::max(kLongestRepeat, part) &&
           longest_run(text, 1) <= std::max(kLongestCount, part) && !has_placeholder(text);
}

bool has_base62_checksum(std::string_view text) {
    static constexpr std::string_view kDigits =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if (SPAREKEY_LEFT_OUT("token-checksum")) return true;
    if (text.size() <= 6) return false;
    std::uint32_t crc = crc32(text.substr(0, text.size() - 6));
    for (std::size_t at = text.size(); at > text.size() - 6; crc /= 62) {
        if (text[--at] != kDigits[crc % 62]) return false;
    }
    return true;
}

}  // namespace sparekey::core
