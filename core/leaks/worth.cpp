#include "core/leaks/worth.h"

#include <algorithm>
#include <bitset>

namespace sparekey::core {
namespace {

enum class Kind { lower, upper, digit, sign };

Kind kind_of(char c) {
    if (c >= 'a' && c <= 'z') return Kind::lower;
    if (c >= 'A' && c <= 'Z') return Kind::upper;
    if (c >= '0' && c <= '9') return Kind::digit;
    return Kind::sign;
}

std::size_t count_while(std::string_view text, std::size_t from, Kind kind) {
    std::size_t at = from;
    while (at < text.size() && kind_of(text[at]) == kind) ++at;
    return at - from;
}

/// The length of the plain word or number that `text` begins with.
std::size_t plain_part(std::string_view text) {
    const std::size_t upper = count_while(text, 0, Kind::upper);
    std::size_t end = upper;
    if (upper <= 1) end += count_while(text, upper, Kind::lower);
    return end + count_while(text, end, Kind::digit);
}

/// Words and numbers with signs between them. Bytes beyond ASCII are no signs of a text in ASCII.
bool is_plain(std::string_view text) {
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) >= 0x80) return false;
        if (kind_of(text.front()) == Kind::sign) {
            text.remove_prefix(1);
            continue;
        }
        text.remove_prefix(plain_part(text));
        if (!text.empty() && kind_of(text.front()) != Kind::sign) return false;
    }
    return true;
}

std::size_t distinct_characters(std::string_view text) {
    std::bitset<256> seen;
    for (const char c : text) seen.set(static_cast<unsigned char>(c));
    return seen.count();
}

}  // namespace

bool is_worth_looking_for(std::string_view secret) {
    if (secret.size() < kShortestNeedle || distinct_characters(secret) < kFewestDistinct) {
        return false;
    }
    if (!is_plain(secret)) return true;
    const auto letters = std::count_if(secret.begin(), secret.end(),
                                       [](char c) { return kind_of(c) != Kind::sign; });
    return static_cast<std::size_t>(letters) >= kShortestPlain;
}

}  // namespace sparekey::core
