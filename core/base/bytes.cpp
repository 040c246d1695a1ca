#include "core/base/bytes.h"

namespace sparekey::core {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase32Digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64UrlDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string encode(ByteView bytes, std::string_view digits, unsigned bits_per_digit) {
    std::string text;
    text.reserve((bytes.size() * 8 + bits_per_digit - 1) / bits_per_digit);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    const std::uint32_t mask = (1U << bits_per_digit) - 1;
    for (const std::uint8_t byte : bytes) {
        buffer = (buffer << 8) | byte;
        bits += 8;
        for (; bits >= bits_per_digit; bits -= bits_per_digit) {
            text.push_back(digits[(buffer >> (bits - bits_per_digit)) & mask]);
        }
    }
    if (bits > 0) text.push_back(digits[(buffer << (bits_per_digit - bits)) & mask]);
    return text;
}

std::optional<Bytes> decode(std::string_view text, std::string_view digits,
                            unsigned bits_per_digit) {
    Bytes bytes;
    bytes.reserve(text.size() * bits_per_digit / 8);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        buffer = (buffer << bits_per_digit) | static_cast<std::uint32_t>(digit);
        bits += bits_per_digit;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>(buffer >> bits));
        }
    }
    const bool spare_digit = bits >= bits_per_digit;
    const bool spare_bit_set = (buffer & ((1U << bits) - 1)) != 0;
    if (spare_digit || spare_bit_set) return std::nullopt;
    return bytes;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    return encode(bytes, kHexDigits, 4);
}

std::optional<Bytes> from_hex(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) c = lower(c);
    return decode(folded, kHexDigits, 4);
}

std::string to_base32(ByteView bytes) {
    return encode(bytes, kBase32Digits, 5);
}

std::optional<Bytes> from_base32(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) c = lower(c);
    return decode(folded, kBase32Digits, 5);
}

std::string to_base64(ByteView bytes) {
    std::string text = encode(bytes, kBase64Digits, 6);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
        text.remove_suffix(1);
    }
    return decode(text, kBase64Digits, 6);
}

std::string to_base64url(ByteView bytes) {
    return encode(bytes, kBase64UrlDigits, 6);
}

std::optional<Bytes> from_base64url(std::string_view text) {
    return decode(text, kBase64UrlDigits, 6);
}

}  // namespace sparekey::core
