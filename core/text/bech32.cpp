#include "core/text/bech32.h"

#include <algorithm>
#include <array>
#include <string>

namespace sparekey::core {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";  // BIP-173
constexpr std::uint32_t kBech32m = 0x2bc830a3;                              // BIP-350

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool is_separator(char c) {
    return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::uint32_t step(std::uint32_t checksum, std::uint8_t symbol) {
    constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                         0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = checksum >> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ symbol;
    for (std::size_t bit = 0; bit < kGenerator.size(); ++bit) {
        if ((top >> bit) & 1) checksum ^= kGenerator[bit];
    }
    return checksum;
}

/// The BCH remainder over the expanded prefix and the symbols: kBech32m for a whole code.
std::uint32_t remainder(std::string_view prefix, ByteView symbols) {
    std::uint32_t checksum = 1;
    for (const char c : prefix) checksum = step(checksum, static_cast<std::uint8_t>(lower(c) >> 5));
    checksum = step(checksum, 0);
    for (const char c : prefix) checksum = step(checksum, static_cast<std::uint8_t>(lower(c) & 31));
    for (const std::uint8_t symbol : symbols) checksum = step(checksum, symbol);
    return checksum;
}

/// The characters that count, upper case, separators left out.
SecretText compact(std::string_view text) {
    SecretBuilder kept;
    for (const char c : text) {
        if (!is_separator(c)) kept.append(upper(c));
    }
    return SecretText(std::move(kept).take());
}

bool has_prefix(const CodeShape& shape, std::string_view compacted) {
    return compacted.size() == shape.prefix.size() + shape.size + kCheckSymbols &&
           compacted.starts_with(shape.prefix);
}

Unexpected slip(std::string what) {
    return unexpected(ErrorCode::usage, std::move(what));
}

}  // namespace

SecretBytes to_symbols(ByteView bytes) {
    SecretBytes symbols((bytes.size() * 8 + 4) / 5);
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const std::size_t bit = i * 5;
        std::uint32_t window = static_cast<std::uint32_t>(bytes[bit / 8]) << 8;
        if (bit / 8 + 1 < bytes.size()) window |= bytes[bit / 8 + 1];
        symbols.expose_mutable()[i] = static_cast<std::uint8_t>((window >> (11 - bit % 8)) & 31);
    }
    return symbols;
}

std::optional<SecretBytes> from_symbols(ByteView symbols) {
    SecretBytes bytes(symbols.size() * 5 / 8);
    for (std::size_t at = 0; at < symbols.size() * 5; ++at) {
        const auto set = static_cast<std::uint8_t>((symbols[at / 5] >> (4 - at % 5)) & 1);
        if (at / 8 < bytes.size()) {
            bytes.expose_mutable()[at / 8] |= static_cast<std::uint8_t>(set << (7 - at % 8));
        } else if (set != 0) {
            return std::nullopt;
        }
    }
    return bytes;
}

SecretText write_code(const CodeShape& shape, ByteView symbols) {
    SecretBytes whole(shape.size + kCheckSymbols);
    const MutableBytes all = whole.expose_mutable();
    std::copy(symbols.begin(), symbols.end(), all.begin());
    // The check symbols are still zero here, as BIP-173 has it when making a checksum.
    const std::uint32_t check = remainder(shape.prefix, whole.expose()) ^ kBech32m;
    for (std::size_t i = 0; i < kCheckSymbols; ++i) {
        all[shape.size + i] =
            static_cast<std::uint8_t>((check >> (5 * (kCheckSymbols - 1 - i))) & 31);
    }
    SecretBuilder text;
    text.append(shape.prefix);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (i % kCodeGroup == 0) text.append('-');
        text.append(upper(kAlphabet[whole.expose()[i]]));
    }
    return SecretText(std::move(text).take());
}

Result<SecretBytes> read_code(const CodeShape& shape, std::string_view text) {
    const SecretText kept = compact(text);
    std::string_view letters = kept.expose();
    if (has_prefix(shape, letters)) letters.remove_prefix(shape.prefix.size());
    const std::size_t wanted = shape.size + kCheckSymbols;
    if (letters.size() != wanted) {
        if (letters.starts_with(shape.prefix)) letters.remove_prefix(shape.prefix.size());
        return slip(letters.size() < wanted ? "it is too short" : "it is too long");
    }
    SecretBytes symbols(wanted);
    for (std::size_t i = 0; i < wanted; ++i) {
        const auto symbol = kAlphabet.find(lower(letters[i]));
        if (symbol == std::string_view::npos) {
            return slip("group " + std::to_string(i / kCodeGroup + 1) +
                        " has a character that is never used");
        }
        symbols.expose_mutable()[i] = static_cast<std::uint8_t>(symbol);
    }
    if (remainder(shape.prefix, symbols.expose()) != kBech32m) {
        return slip("a character is wrong or two are swapped");
    }
    symbols.truncate(shape.size);
    return symbols;
}

bool looks_like(const CodeShape& shape, std::string_view text) {
    return has_prefix(shape, compact(text).expose());
}

}  // namespace sparekey::core
