#include "sync/protocol/parameters.h"

#include "core/base/bytes.h"
#include "core/text/unicode.h"

namespace sparekey::sync {
namespace {

constexpr std::size_t kMostParameters = 64;

std::optional<std::string> decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            decoded += ' ';
        } else if (text[i] != '%') {
            decoded += text[i];
        } else {
            const auto byte = core::from_hex(text.substr(i + 1, 2));
            if (!byte || byte->size() != 1) return std::nullopt;
            decoded += static_cast<char>(byte->front());
            i += 2;
        }
    }
    const bool plain = core::is_utf8(decoded) && decoded.find('\0') == std::string::npos;
    return plain ? std::optional(std::move(decoded)) : std::nullopt;
}

}  // namespace

std::string_view take_before(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return part;
}

std::optional<Parameters> parse_parameters(std::string_view encoded) {
    Parameters parameters;
    while (!encoded.empty()) {
        std::string_view value = take_before(encoded, '&');
        if (value.empty()) continue;
        const auto name = decode(take_before(value, '='));
        auto decoded = decode(value);
        if (!name || !decoded || parameters.size() == kMostParameters) return std::nullopt;
        if (!parameters.emplace(*name, std::move(*decoded)).second) return std::nullopt;
    }
    return parameters;
}

std::string parameter(const Parameters& parameters, const std::string& name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
}

}  // namespace sparekey::sync
