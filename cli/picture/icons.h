// The small drawings of the picture: what a box is, and what becomes of it. Each is 24 by 24 pixels
// for an icon, 16 by 16 for a badge; every one has a shape of its own.
#pragma once

#include "core/lockout/drawing.h"

#include <string_view>

namespace sparekey::cli {

std::string_view icon_of(const core::Drawing::Box& box);
std::string_view badge_of(core::Drawing::State state);
/// The class of a state in the style.
std::string_view class_of(core::Drawing::State state);

}  // namespace sparekey::cli
