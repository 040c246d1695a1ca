// The picture as a page: one HTML file that loads nothing, the picture in it, and below it the same
// answer as text. Without its script it is read from top to bottom; with it, a box that is chosen
// (Tab, arrow keys, a click) shows what is lost with it.
#pragma once

#include "cli/picture/layout.h"
#include "core/lockout/coverage.h"

#include <optional>
#include <string>

namespace sparekey::cli {

struct PageContent {
    const core::Graph& graph;
    const core::Coverage& coverage;
    const core::Drawing& drawing;
    const Layout& layout;
    std::optional<std::uint64_t> kit_proved;  // ms since 1970
    std::uint64_t made_ms = 0;
};

std::string page_text(const PageContent& content);

}  // namespace sparekey::cli
