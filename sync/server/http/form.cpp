#include "sync/server/http/form.h"

#include "core/text/unicode.h"
#include "sync/http_client/url.h"

namespace sparekey::sync {
namespace {

constexpr std::size_t kMostParameters = 64;
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

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

/// Takes what stands before `separator` off `text`.
std::string_view cut(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return part;
}

}  // namespace

std::optional<Parameters> parse_parameters(std::string_view encoded) {
    Parameters parameters;
    while (!encoded.empty()) {
        std::string_view value = cut(encoded, '&');
        if (value.empty()) continue;
        const auto name = decode(cut(value, '='));
        auto decoded = decode(value);
        if (!name || !decoded || parameters.size() == kMostParameters) return std::nullopt;
        if (!parameters.emplace(*name, std::move(*decoded)).second) return std::nullopt;
    }
    return parameters;
}

std::optional<Parameters> form_of(const Request& request) {
    std::string_view type = request.header("content-type").value_or("");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (type != kFormType) return std::nullopt;
    return parse_parameters(request.body);
}

std::string parameter(const Parameters& parameters, const std::string& name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
}

std::optional<std::string> cookie(const Request& request, std::string_view name) {
    std::optional<std::string> value;
    for (const Header& header : request.headers) {
        if (header.name != "cookie") continue;
        std::string_view left = header.value;
        while (!left.empty()) {
            std::string_view pair = cut(left, ';');
            while (pair.starts_with(' ')) pair.remove_prefix(1);
            if (cut(pair, '=') != name) continue;
            if (value) return std::nullopt;
            value = std::string(pair);
        }
    }
    return value;
}

std::string with_parameters(std::string_view url, const Parameters& parameters) {
    return with_query(url, {parameters.begin(), parameters.end()});
}

}  // namespace sparekey::sync
