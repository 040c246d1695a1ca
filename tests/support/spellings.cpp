#include "tests/support/spellings.h"

#include "core/base/bytes.h"
#include "core/leaks/token_text.h"

#include <zlib.h>

#include <cstdio>

namespace sparekey::tests {
namespace {

constexpr const char* kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string random_bytes(SeededRandom& random, std::size_t most) {
    core::Bytes bytes(random.below(most + 1));
    random.fill(bytes);
    return std::string(core::text_of(bytes));
}

std::string percent(const std::string& text, bool all) {
    std::string escaped;
    for (const char c : text) {
        const bool plain = std::string_view(kBase62).find(c) != std::string_view::npos;
        char digits[4];
        std::snprintf(digits, sizeof digits, "%%%02X",
                      static_cast<unsigned>(static_cast<unsigned char>(c)));
        escaped += plain && !all ? std::string(1, c) : std::string(digits);
    }
    return escaped;
}

std::string in_lines(const std::string& text, std::size_t width, const std::string& indent) {
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += width) {
        lines += indent + text.substr(at, width) + "\n";
    }
    return lines;
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

std::string random_text(SeededRandom& random, std::size_t size, const std::string& alphabet) {
    std::string text;
    while (text.size() < size) text += alphabet[random.below(alphabet.size())];
    return text;
}

std::string token_text(SeededRandom& random, std::size_t size, const std::string& alphabet) {
    for (;;) {
        std::string text = random_text(random, size, alphabet);
        if (core::looks_random(text)) return text;
    }
}

std::string spelling_name(Spelling spelling) {
    static const char* const kNames[kSpellings] = {
        "plain", "base64", "base64url", "wrapped", "hex", "upper_hex", "percent", "all_percent"};
    return kNames[static_cast<int>(spelling)];
}

std::string spelled(SeededRandom& random, const std::string& secret, Spelling spelling) {
    const std::string around = random_bytes(random, 40) + secret + random_bytes(random, 40);
    const core::ByteView bytes = core::bytes_of(around);
    switch (spelling) {
        case Spelling::plain:
            return secret;
        case Spelling::base64:
            return core::to_base64(bytes);
        case Spelling::base64url:
            return core::to_base64url(bytes);
        case Spelling::wrapped: {
            const std::string longer = random_bytes(random, 100) + around;
            return "\n" + in_lines(core::to_base64(core::bytes_of(longer)), random.coin() ? 64 : 76,
                                   random.coin() ? "  " : "");
        }
        case Spelling::hex:
            return core::to_hex(bytes);
        case Spelling::upper_hex:
            return upper(core::to_hex(bytes));
        case Spelling::percent:
            return percent(secret, false);
        case Spelling::all_percent:
            return percent(around, true);
    }
    return secret;
}

std::string github_token(SeededRandom& random) {
    const std::string body = token_text(random, 30, kBase62);
    auto crc = static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const unsigned char*>(body.data()), 30));
    std::string check(6, '0');
    for (std::size_t at = 6; at-- > 0; crc /= 62) check[at] = kBase62[crc % 62];
    return "ghp_" + body + check;
}

}  // namespace sparekey::tests
