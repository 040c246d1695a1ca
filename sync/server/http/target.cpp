#include "sync/server/http/target.h"

#include "core/base/mutant.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr Refusal kForm = {400, "target", "the request target must be a path"};
constexpr Refusal kPath = {400, "path", "the path holds what a path may not"};

constexpr bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// RFC 3986 section 3.3: pchar and '/', without '%'.
constexpr bool is_path_character(char c) {
    return is_alphanumeric(c) ||
           std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

/// Visible ASCII but '#': browsers leave more raw in a query than RFC 3986 has.
constexpr bool is_query_character(char c) {
    return c > 0x20 && c < 0x7f && c != '#';
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// The byte after a '%', or nothing if these are not two digits.
std::optional<char> decode_pair(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const int high = hex_digit(text[0]);
    const int low = hex_digit(text[1]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char>(high * 16 + low);
}

/// What only an encoding can bring in, and what must not come in this way.
bool is_smuggled(char decoded) {
    const auto byte = static_cast<unsigned char>(decoded);
    if ((byte < 0x20 || byte == 0x7f) && !SPAREKEY_LEFT_OUT("gate-path-control")) return true;
    return (decoded == '/' || decoded == '\\') && !SPAREKEY_LEFT_OUT("gate-path-slash");
}

bool has_dot_segment(std::string_view path) {
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at + 1), path.size());
        const auto segment = path.substr(at + 1, end - at - 1);
        if (segment == "." || segment == "..") return true;
        at = end;
    }
    return false;
}

std::optional<std::string> decode_path(std::string_view text) {
    std::string path;
    path.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            if (!is_path_character(text[i])) return std::nullopt;
            path += text[i];
            continue;
        }
        const auto decoded = decode_pair(text.substr(i + 1));
        if (!decoded || is_smuggled(*decoded)) return std::nullopt;
        path += *decoded;
        i += 2;
    }
    return path;
}

}  // namespace

std::variant<Target, Refusal> examine_target(std::string_view text) {
    if (text.empty() || (text[0] != '/' && !SPAREKEY_LEFT_OUT("gate-target-form"))) return kForm;
    const std::size_t mark = text.find('?');
    Target target;
    if (mark != std::string_view::npos) target.query = text.substr(mark + 1);
    for (const char c : target.query) {
        if (!is_query_character(c) && !SPAREKEY_LEFT_OUT("gate-query")) return kForm;
    }
    auto path = decode_path(text.substr(0, mark));
    if (!path || !core::is_utf8(*path)) return kPath;
    if (has_dot_segment(*path) && !SPAREKEY_LEFT_OUT("gate-path-dots")) return kPath;
    target.path = std::move(*path);
    return target;
}

}  // namespace sparekey::sync
