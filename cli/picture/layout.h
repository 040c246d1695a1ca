// Where the boxes of a drawing are put: in layers from left to right by Graphviz's dot, in a helper
// program (sparekey-layout), and below them, in rows, those that nothing leads to.
//
// The helper is told numbers and sizes, no titles.
#pragma once

#include "core/base/result.h"
#include "core/lockout/drawing.h"

#include <string>
#include <string_view>
#include <vector>

namespace sparekey::cli {

// In pixels, as all lengths here.
inline constexpr double kBoxWidth = 224;
inline constexpr double kBoxHeight = 54;

/// From the upper left, downwards.
struct Point {
    double x = 0;
    double y = 0;
};

/// A way in, as a chain of cubic Bézier curves: a first point, then three for each curve.
using Curve = std::vector<Point>;

struct Layout {
    double width = 0;
    double height = 0;
    std::vector<Point> boxes;  // upper left corners, by box
    std::vector<Curve> edges;  // by edge
    double rows_from = 0;      // where the rows of unconnected boxes begin
};

/// ErrorCode::failed if the helper is missing or fails.
core::Result<Layout> arrange(const core::Drawing& drawing);

// The parts of it: pure.

/// The connected part of a drawing in DOT. Empty if nothing is connected.
std::string layout_question(const core::Drawing& drawing);
/// What the helper answers. ErrorCode::failed for what is no such answer.
core::Result<Layout> read_layout(std::string_view answer, const core::Drawing& drawing);
/// Puts the unconnected boxes below.
void add_rows(Layout& layout, const core::Drawing& drawing);

}  // namespace sparekey::cli
