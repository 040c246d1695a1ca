// A table for a terminal: columns aligned, and cut where it would be wider than the window.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sparekey::cli {

/// Lines without line breaks, the header's first. `window` is in columns; 0: not known, nothing is
/// cut. The widest column gives way first; what people copy or came for (ids, names, values), and
/// columns of few letters, are never cut: a window too narrow for those wraps them. Cells are
/// printable text.
std::vector<std::string> table_lines(const std::vector<std::string>& header,
                                     const std::vector<std::vector<std::string>>& rows,
                                     std::size_t window);

}  // namespace sparekey::cli
