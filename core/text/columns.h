// How wide text is on a terminal: two columns for most of East Asia's characters, none for marks
// that combine (utf8proc's table, from Unicode's EastAsianWidth).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sparekey::core {

/// Of UTF-8 without control characters. A byte that is none counts as one column.
std::size_t columns(std::string_view text);

/// The text if it has at most `most` columns, else its beginning and "…" in so many.
std::string cut_to_columns(std::string_view text, std::size_t most);

}  // namespace sparekey::core
