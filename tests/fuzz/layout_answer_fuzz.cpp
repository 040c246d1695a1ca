// libFuzzer: what the layout's helper answers: read whole, within the drawing, or refused.
#include "cli/picture/layout.h"

#include <cmath>
#include <cstdlib>

namespace {

/// Three boxes in a row, as cli/picture draws them.
sparekey::core::Drawing drawing() {
    using sparekey::core::NamedLink;
    sparekey::core::Drawing drawing;
    drawing.boxes.resize(3);
    drawing.edges = {{0, 1, NamedLink::Kind::sign_in}, {1, 2, NamedLink::Kind::holds}};
    return drawing;
}

void require_finite(const sparekey::cli::Point& point) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    static const core::Drawing kDrawing = drawing();
    auto layout = cli::read_layout(core::text_of({data, size}), kDrawing);
    if (!layout) return 0;
    cli::add_rows(*layout, kDrawing);
    if (layout->boxes.size() != kDrawing.boxes.size()) std::abort();
    if (layout->edges.size() != kDrawing.edges.size()) std::abort();
    for (const cli::Point& corner : layout->boxes) require_finite(corner);
    for (const cli::Curve& curve : layout->edges) {
        if (curve.size() % 3 != 1) std::abort();
        for (const cli::Point& point : curve) require_finite(point);
    }
    return 0;
}
