#include "core/leaks/encoded_shapes.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// Of the character that stands for six bits, in either alphabet.
std::uint8_t class_of_sextet(unsigned sextet) {
    if (sextet < 26) return kUpper;
    if (sextet < 52) return kLower;
    return sextet < 62 ? kDigit : 0;
}

/// The classes of those characters that hold nothing but bits of `needle`, if `before` bytes of
/// something else stand before it.
std::uint8_t inner_classes(ByteView needle, std::size_t before) {
    std::uint8_t classes = 0;
    const std::size_t first = before * 8, end = (before + needle.size()) * 8;
    for (std::size_t at = (first + 5) / 6 * 6; at + 6 <= end; at += 6) {
        unsigned sextet = 0;
        for (std::size_t bit = at; bit < at + 6; ++bit) {
            const unsigned byte = needle[(bit - first) / 8];
            sextet = sextet << 1U | (byte >> (7 - (bit - first) % 8) & 1U);
        }
        classes = static_cast<std::uint8_t>(classes | class_of_sextet(sextet));
    }
    return classes;
}

}  // namespace

void EncodedShapes::note(ByteView needle) {
    shortest_ = std::min(shortest_, needle.size());
    has_space_ = has_space_ || std::find(needle.begin(), needle.end(), ' ') != needle.end();
    for (std::size_t before = 0; before < 3; ++before) {
        const std::uint8_t needed = inner_classes(needle, before);
        for (std::uint8_t set = 0; set < class_sets_.size(); ++set) {
            if ((set & needed) == needed) class_sets_[set] = true;
        }
    }
}

}  // namespace sparekey::core
