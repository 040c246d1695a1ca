#include "core/text/unicode.h"

#include "core/base/error.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

namespace sparekey::core {
namespace {

const utf8proc_uint8_t* raw(std::string_view text) {
    return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

/// How many bytes of ASCII the text begins with, in whole words.
std::size_t ascii_words(std::string_view text) {
    std::size_t at = 0;
    for (std::uint64_t word = 0; text.size() - at >= sizeof word; at += sizeof word) {
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & 0x8080808080808080) != 0) break;
    }
    return at;
}

bool is_ascii(std::string_view text) {
    text.remove_prefix(ascii_words(text));
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_bidi_control(utf8proc_int32_t point) {
    return point == 0x061C || point == 0x200E || point == 0x200F ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

void append_escape(std::string& out, char kind, unsigned value, int digits) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += '\\';
    out += kind;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        out += kDigits[(value >> shift) & 15];
}

constexpr auto kFolding = static_cast<utf8proc_option_t>(
    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);

/// As utf8proc_map(), but by code points in memory of our own, so that nothing is left unwiped.
/// Nothing if the text cannot be mapped.
std::optional<SecretBytes> mapped_secret(std::string_view text, utf8proc_option_t options,
                                         utf8proc_option_t encoding) {
    const auto size = static_cast<utf8proc_ssize_t>(text.size());
    const auto points = utf8proc_decompose(raw(text), size, nullptr, 0, options);
    if (points < 0) return std::nullopt;
    const auto count = static_cast<std::size_t>(points);
    SecretBytes buffer((count + 1) * sizeof(utf8proc_int32_t));
    // The block comes from operator new: aligned for any fundamental type.
    auto* decomposed = reinterpret_cast<utf8proc_int32_t*>(buffer.expose_mutable().data());
    if (utf8proc_decompose(raw(text), size, decomposed, points, options) != points) {
        throw SystemFailure("Unicode normalization failed");
    }
    const auto bytes = utf8proc_reencode(decomposed, points, encoding);
    if (bytes < 0) throw SystemFailure("Unicode normalization failed");
    buffer.truncate(static_cast<std::size_t>(bytes));
    return buffer;
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (;;) {
        text.remove_prefix(ascii_words(text));
        // The end, or a word that is not all ASCII: over to its other side.
        for (std::size_t passed = 0; passed < sizeof(std::uint64_t);) {
            if (text.empty()) return true;
            utf8proc_int32_t point = 0;
            const auto length =
                utf8proc_iterate(raw(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
            if (length <= 0) return false;
            passed += static_cast<std::size_t>(length);
            text.remove_prefix(static_cast<std::size_t>(length));
        }
    }
}

std::string fold(std::string_view text) {
    if (is_ascii(text)) {
        std::string folded(text);
        for (char& c : folded) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        return folded;
    }
    utf8proc_uint8_t* mapped = nullptr;
    const auto length =
        utf8proc_map(raw(text), static_cast<utf8proc_ssize_t>(text.size()), &mapped, kFolding);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
    if (length < 0) return std::string(text);
    return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
}

SecretBytes nfkd(std::string_view password) {
    if (is_ascii(password)) return SecretBytes::copy_of(bytes_of(password));
    const auto options =
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    auto mapped = mapped_secret(password, options, UTF8PROC_STABLE);
    return mapped ? std::move(*mapped) : SecretBytes::copy_of(bytes_of(password));
}

SecretText fold_secret(std::string_view text) {
    if (!is_ascii(text)) {
        auto mapped = mapped_secret(text, kFolding, kFolding);
        return mapped ? SecretText(std::move(*mapped)) : SecretText::copy_of(text);
    }
    SecretBytes folded = SecretBytes::copy_of(bytes_of(text));
    for (std::uint8_t& byte : folded.expose_mutable()) {
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<std::uint8_t>(byte - 'A' + 'a');
    }
    return SecretText(std::move(folded));
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        utf8proc_int32_t point = 0;
        const auto length =
            utf8proc_iterate(raw(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
        if (length <= 0) {
            append_escape(out, 'x', static_cast<unsigned char>(text.front()), 2);
            text.remove_prefix(1);
            continue;
        }
        const auto value = static_cast<unsigned>(point);
        if (value < 0x20 || (value >= 0x7F && value < 0xA0)) {
            append_escape(out, 'x', value, 2);
        } else if (is_bidi_control(point)) {
            append_escape(out, 'u', value, 4);
        } else {
            out.append(text.substr(0, static_cast<std::size_t>(length)));
        }
        text.remove_prefix(static_cast<std::size_t>(length));
    }
    return out;
}

std::string printable_lines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += printable(text.substr(0, end));
        text.remove_prefix(end);
        if (text.empty()) break;
        out += text.front();
        text.remove_prefix(1);
    }
    return out;
}

bool is_plain_text(std::string_view text) {
    std::string without_tabs(text);
    std::replace(without_tabs.begin(), without_tabs.end(), '\t', ' ');
    return printable_lines(without_tabs) == without_tabs;
}

}  // namespace sparekey::core
