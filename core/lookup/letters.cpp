#include "core/lookup/letters.h"

namespace sparekey::core {
namespace {

constexpr std::array<std::uint8_t, 256> letter_bits() {
    std::array<std::uint8_t, 256> bits{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned bit = 36 + byte % 28;
        if (byte >= 'a' && byte <= 'z') bit = byte - 'a';
        if (byte >= '0' && byte <= '9') bit = 26 + byte - '0';
        bits[byte] = static_cast<std::uint8_t>(bit);
    }
    return bits;
}
constexpr std::array<std::uint8_t, 256> kLetterBits = letter_bits();

}  // namespace

Letters letters_of(std::string_view text) {
    Letters letters = 0;
    for (const char c : text) {
        letters |= Letters{1} << kLetterBits[static_cast<unsigned char>(c)];
    }
    return letters;
}

Pairs Pairs::of(std::string_view text) {
    Pairs pairs;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const unsigned first = static_cast<unsigned char>(text[i - 1]);
        const unsigned second = static_cast<unsigned char>(text[i]);
        const unsigned bit = (first * 37 + second * 11) % 256;
        pairs.bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    return pairs;
}

}  // namespace sparekey::core
