#include "cli/terminal/assuan.h"

#include <charconv>
#include <optional>

namespace sparekey::cli {
namespace {

core::Unexpected nonsense() {
    return core::unexpected(core::ErrorCode::failed, "it does not speak the Assuan protocol");
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

core::Result<core::SecretText> decode(std::string_view text) {
    core::SecretBytes decoded(text.size());
    std::size_t size = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::uint8_t byte = static_cast<std::uint8_t>(text[i]);
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return nonsense();
            const auto high = hex_digit(text[i + 1]);
            const auto low = hex_digit(text[i + 2]);
            if (!high || !low) return nonsense();
            byte = static_cast<std::uint8_t>(*high << 4 | *low);
            i += 2;
        }
        decoded.expose_mutable()[size++] = byte;
    }
    decoded.truncate(size);
    return core::SecretText(std::move(decoded));
}

/// What follows `word`, if the line is the word alone or the word and a space.
std::optional<std::string_view> after_word(std::string_view line, std::string_view word) {
    if (!line.starts_with(word)) return std::nullopt;
    line.remove_prefix(word.size());
    if (line.empty()) return line;
    if (line.front() != ' ') return std::nullopt;
    return line.substr(1);
}

}  // namespace

core::Result<AssuanReply> parse_assuan(std::string_view line) {
    AssuanReply reply;
    if (line.size() > kLongestAssuanLine) return nonsense();
    if (const auto data = after_word(line, "D")) {
        reply.kind = AssuanReply::Kind::data;
        SPAREKEY_TRY(reply.data, decode(*data));
        return reply;
    }
    if (after_word(line, "OK")) {
        reply.kind = AssuanReply::Kind::ok;
        return reply;
    }
    if (const auto rest = after_word(line, "ERR")) {
        reply.kind = AssuanReply::Kind::error;
        const auto [end, failure] =
            std::from_chars(rest->data(), rest->data() + rest->size(), reply.error);
        const bool whole = end == rest->data() + rest->size() || *end == ' ';
        if (failure != std::errc() || !whole || reply.error == 0) return nonsense();
        return reply;
    }
    if (line.starts_with('#') || after_word(line, "S")) return reply;
    return nonsense();
}

std::string assuan_text(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || byte < 0x20 || byte == 0x7F) {
            line += '%';
            line += kDigits[byte >> 4];
            line += kDigits[byte & 15];
        } else {
            line += c;
        }
    }
    return line;
}

}  // namespace sparekey::cli
