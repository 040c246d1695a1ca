// The picture as a DOT file, for people who have Graphviz (dot -Tsvg) or another reader of it.
#pragma once

#include "core/lockout/drawing.h"

#include <string>
#include <string_view>

namespace sparekey::cli {

std::string dot_text(const core::Graph& graph, const core::Drawing& drawing);

/// As a quoted string in DOT, quotes included: no escape sequence (\N, \G …) and no character
/// reference that Graphviz would put something else for, and never a label in HTML.
std::string dot_quoted(std::string_view text);

}  // namespace sparekey::cli
