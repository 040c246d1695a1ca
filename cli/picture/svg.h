// The picture itself: boxes, the ways in between them and a legend, as one SVG that needs nothing
// else. Light and dark follow the reader's setting; no state is told by colour alone.
#pragma once

#include "cli/picture/layout.h"

#include <string>

namespace sparekey::cli {

enum class Boxes : std::uint8_t {
    alone,     // a file of its own
    are_links  // within a page that has an element "b0" … for each
};

/// `layout` is that of `drawing`, which is that of `graph`.
std::string svg_text(const core::Graph& graph, const core::Drawing& drawing, const Layout& layout,
                     Boxes boxes);

/// The rules of svg_text()'s style element, for a page's security policy.
std::string_view svg_style();

}  // namespace sparekey::cli
