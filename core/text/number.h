// Numbers in text that people or other programs wrote.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace sparekey::core {

/// The text is a number in decimal and nothing else; it fits its type.
template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// The same from `least` to `most`.
template <class Number>
std::optional<Number> whole_number(std::string_view text, Number least, Number most) {
    const auto value = whole_number<Number>(text);
    return value && *value >= least && *value <= most ? value : std::nullopt;
}

}  // namespace sparekey::core
