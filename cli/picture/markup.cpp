#include "cli/picture/markup.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

#include <array>
#include <charconv>

namespace sparekey::cli {
namespace {

std::string_view entity_of(char character) {
    switch (character) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

/// XML has no place for U+FFFE and U+FFFF, however they are written.
void replace_noncharacters(std::string& text) {
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD, as long as they
    for (const std::string_view one : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
        for (auto at = text.find(one); at != std::string::npos; at = text.find(one, at)) {
            text.replace(at, one.size(), kReplacement);
        }
    }
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string shown = core::printable(text);
    replace_noncharacters(shown);
    std::string markup;
    for (const char character : shown) {
        const std::string_view entity =
            SPAREKEY_LEFT_OUT("picture-markup") ? std::string_view() : entity_of(character);
        if (entity.empty()) {
            markup += character;
        } else {
            markup += entity;
        }
    }
    return markup;
}

std::string decimal(double value) {
    std::array<char, 32> digits;
    const auto [end, failure] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                              std::chars_format::fixed, 1);
    if (failure != std::errc()) return "0";
    std::string text(digits.data(), end);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text == "-0" ? "0" : text;
}

}  // namespace sparekey::cli
