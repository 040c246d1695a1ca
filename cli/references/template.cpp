#include "cli/references/template.h"

#include <algorithm>

namespace sparekey::cli {
namespace {

constexpr std::string_view kSpaces = " \t";

/// Where the next `{{ sparekey://` begins: at its braces, and at its scheme.
struct Opening {
    std::size_t braces;
    std::size_t scheme;
};

std::optional<Opening> next_opening(std::string_view text, std::size_t from) {
    for (;;) {
        const std::size_t scheme = text.find(kReferenceScheme, from);
        if (scheme == std::string_view::npos) return std::nullopt;
        std::size_t braces = scheme;
        while (braces > from && kSpaces.find(text[braces - 1]) != std::string_view::npos) --braces;
        if (braces >= from + 2 && text.substr(braces - 2, 2) == "{{") {
            return Opening{braces - 2, scheme};
        }
        from = scheme + kReferenceScheme.size();
    }
}

core::Unexpected at_line(std::string_view text, std::size_t at, core::Error error) {
    const auto before = text.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    error.message = "line " + std::to_string(line) + ": " + error.message;
    return core::unexpected(std::move(error));
}

std::string_view without_blanks_at_end(std::string_view text) {
    const auto last = text.find_last_not_of(kSpaces);
    return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace

core::Result<std::vector<TemplatePiece>> scan_template(std::string_view text) {
    std::vector<TemplatePiece> pieces;
    std::size_t at = 0;
    while (const auto opening = next_opening(text, at)) {
        const std::size_t line_end = text.find('\n', opening->scheme);
        const std::size_t close = text.find("}}", opening->scheme);
        if (close == std::string_view::npos || close > line_end) {
            return at_line(text, opening->braces,
                           {core::ErrorCode::usage, "a reference has no }} on its line"});
        }
        const std::string_view reference =
            without_blanks_at_end(text.substr(opening->scheme, close - opening->scheme));
        if (const auto parsed = parse_reference(reference); !parsed) {
            return at_line(text, opening->braces, parsed.error());
        }
        if (opening->braces > at) pieces.push_back({text.substr(at, opening->braces - at)});
        pieces.push_back({reference, true});
        at = close + 2;
    }
    if (at < text.size()) pieces.push_back({text.substr(at)});
    return pieces;
}

}  // namespace sparekey::cli
