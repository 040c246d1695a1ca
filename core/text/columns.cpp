#include "core/text/columns.h"

#include <utf8proc.h>

#include <algorithm>

namespace sparekey::core {
namespace {

struct Character {
    std::size_t bytes = 0;
    std::size_t columns = 0;
};

/// The first one of `text`, which is not empty.
Character first_character(std::string_view text) {
    utf8proc_int32_t point = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (size <= 0) return {1, 1};
    return {static_cast<std::size_t>(size),
            static_cast<std::size_t>(std::max(0, utf8proc_charwidth(point)))};
}

}  // namespace

std::size_t columns(std::string_view text) {
    std::size_t total = 0;
    while (!text.empty()) {
        const Character next = first_character(text);
        total += next.columns;
        text.remove_prefix(next.bytes);
    }
    return total;
}

std::string cut_to_columns(std::string_view text, std::size_t most) {
    if (columns(text) <= most) return std::string(text);
    if (most == 0) return {};
    std::size_t bytes = 0, used = 1;  // the ellipsis
    for (;;) {
        const Character next = first_character(text.substr(bytes));
        if (used + next.columns > most) break;
        used += next.columns;
        bytes += next.bytes;
    }
    return std::string(text.substr(0, bytes)) + "…";
}

}  // namespace sparekey::core
