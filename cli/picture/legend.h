// The legend below the picture: what the lines and the badges mean.
#pragma once

#include <string>

namespace sparekey::cli {

inline constexpr double kNarrowestLegend = 540;  // pixels

double legend_height(double width);
/// As a group of SVG that begins `top` pixels from above.
std::string legend(double top, double width);

}  // namespace sparekey::cli
