#include "core/vault/paper_code.h"

#include <array>
#include <vector>

namespace sparekey::core {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";  // BIP-173
constexpr std::uint32_t kBech32m = 0x2bc830a3;                              // BIP-350
constexpr std::size_t kSecretSymbols = 32;                                  // 160 bits
constexpr std::size_t kHintSymbols = 2;
constexpr std::size_t kCheckSymbols = 6;
constexpr std::size_t kSymbols = kSecretSymbols + kHintSymbols + kCheckSymbols;
constexpr std::size_t kGroup = 5;

// Symbols of a code are as secret as the code: they live in SecretBytes, one symbol a byte.
std::string_view prefix(PaperKind kind) {
    return kind == PaperKind::secret_key ? "sk" : "rc";
}
std::string_view kind_words(PaperKind kind) {
    return kind == PaperKind::secret_key ? "Secret Key" : "recovery code";
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
std::uint32_t remainder(PaperKind kind, ByteView symbols) {
    std::uint32_t checksum = 1;
    for (const char c : prefix(kind)) checksum = step(checksum, static_cast<std::uint8_t>(c >> 5));
    checksum = step(checksum, 0);
    for (const char c : prefix(kind)) checksum = step(checksum, static_cast<std::uint8_t>(c & 31));
    for (const std::uint8_t symbol : symbols) checksum = step(checksum, symbol);
    return checksum;
}

/// 5-bit symbols, most significant bit first, of 20 bytes.
void spread(ByteView secret, MutableBytes symbols) {
    for (std::size_t i = 0; i < kSecretSymbols; ++i) {
        const std::size_t bit = i * 5;
        std::uint32_t window = static_cast<std::uint32_t>(secret[bit / 8]) << 8;
        if (bit / 8 + 1 < secret.size()) window |= secret[bit / 8 + 1];
        symbols[i] = static_cast<std::uint8_t>((window >> (11 - bit % 8)) & 31);
    }
}

SecretBytes gather(ByteView symbols) {
    SecretBytes secret(kSecretSymbols * 5 / 8);
    for (std::size_t i = 0; i < kSecretSymbols; ++i) {
        for (std::size_t bit = 0; bit < 5; ++bit) {
            const std::size_t at = i * 5 + bit;
            const auto set = static_cast<std::uint8_t>((symbols[i] >> (4 - bit)) & 1);
            secret.expose_mutable()[at / 8] |= static_cast<std::uint8_t>(set << (7 - at % 8));
        }
    }
    return secret;
}

bool is_separator(char c) {
    return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The characters that count, lower case, without the kind's prefix.
SecretText compact(PaperKind kind, std::string_view text) {
    SecretBuilder kept;
    for (const char c : text) {
        if (!is_separator(c)) kept.append(lower(c));
    }
    SecretBytes bytes = std::move(kept).take();
    const std::string_view all = text_of(bytes.expose());
    if (all.size() == kSymbols + prefix(kind).size() && all.starts_with(prefix(kind))) {
        return SecretText::copy_of(all.substr(prefix(kind).size()));
    }
    return SecretText(std::move(bytes));
}

Unexpected malformed(PaperKind kind, const std::string& what) {
    return unexpected(ErrorCode::usage,
                      "this is not a " + std::string(kind_words(kind)) + ": " + what,
                      "it has eight groups of five letters and digits after " +
                          std::string(kind == PaperKind::secret_key ? "SK" : "RC"));
}

}  // namespace

std::uint16_t vault_hint(const VaultId& vault) {
    return static_cast<std::uint16_t>((vault.bytes[0] << 2) | (vault.bytes[1] >> 6));
}

SecretText paper_code(PaperKind kind, const VaultId& vault, ByteView secret) {
    SecretBytes symbols(kSymbols);
    const MutableBytes all = symbols.expose_mutable();
    spread(secret, all);
    all[kSecretSymbols] = static_cast<std::uint8_t>(vault_hint(vault) >> 5);
    all[kSecretSymbols + 1] = static_cast<std::uint8_t>(vault_hint(vault) & 31);
    // The check symbols are still zero here, as BIP-173 has it when making a checksum.
    const std::uint32_t check = remainder(kind, symbols.expose()) ^ kBech32m;
    for (std::size_t i = 0; i < kCheckSymbols; ++i) {
        all[kSymbols - kCheckSymbols + i] =
            static_cast<std::uint8_t>((check >> (5 * (kCheckSymbols - 1 - i))) & 31);
    }
    SecretBuilder text;
    text.append(kind == PaperKind::secret_key ? "SK" : "RC");
    for (std::size_t i = 0; i < kSymbols; ++i) {
        if (i % kGroup == 0) text.append('-');
        const char c = kAlphabet[symbols.expose()[i]];
        text.append(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return SecretText(std::move(text).take());
}

Result<PaperCode> parse_paper_code(PaperKind kind, std::string_view text) {
    const SecretText kept = compact(kind, text);
    const PaperKind other =
        kind == PaperKind::secret_key ? PaperKind::recovery_code : PaperKind::secret_key;
    const std::string_view letters = kept.expose();
    if (letters.size() == kSymbols + 2 && letters.starts_with(prefix(other))) {
        return malformed(kind, "it is a " + std::string(kind_words(other)));
    }
    if (letters.size() != kSymbols) {
        return malformed(kind, letters.size() < kSymbols ? "it is too short" : "it is too long");
    }
    SecretBytes symbols(kSymbols);
    for (std::size_t i = 0; i < kSymbols; ++i) {
        const auto symbol = kAlphabet.find(letters[i]);
        if (symbol == std::string_view::npos) {
            return malformed(kind, "group " + std::to_string(i / kGroup + 1) +
                                       " has a character that is never used");
        }
        symbols.expose_mutable()[i] = static_cast<std::uint8_t>(symbol);
    }
    if (remainder(kind, symbols.expose()) != kBech32m) {
        return malformed(kind, "a character is wrong or two are swapped");
    }
    const auto hint = static_cast<std::uint16_t>((symbols.expose()[kSecretSymbols] << 5) |
                                                 symbols.expose()[kSecretSymbols + 1]);
    return PaperCode{gather(symbols.expose().first(kSecretSymbols)), hint};
}

}  // namespace sparekey::core
