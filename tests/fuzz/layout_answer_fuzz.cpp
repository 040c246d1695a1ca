// libFuzzer: what the layout's helper answers: read whole, within the drawing, or refused.
#include "cli/picture/layout.h"

#include <cmath>
#include <cstdlib>
#include <string>

namespace {

/// Three boxes in a row, as cli/picture draws them.
sparekey::core::Drawing drawing() {
    using sparekey::core::NamedLink;
    sparekey::core::Drawing drawing;
    drawing.boxes.resize(3);
    drawing.edges = {{0, 1, NamedLink::Kind::sign_in}, {1, 2, NamedLink::Kind::holds}};
    return drawing;
}

/// A good answer, in which the input replaces a part: where from, how much, and by what.
std::string answer_with(std::string_view input) {
    const std::string good =
        "graph 1 9 2\nnode 0 1.5 1 3.1 .75 \"\" solid box black lightgrey\n"
        "node 1 4.5 .5 3.1 .75 \"\" solid box black lightgrey\n"
        "node 2 7.5 1 3.1 .75 \"\" solid box black lightgrey\n"
        "edge 0 1 4 1 1 2 1 3 1 4 .5 solid black\n"
        "edge 1 2 4 5 .5 5.5 .5 6 1 6.5 1 solid black\nstop\n";
    if (input.size() < 2) return good;
    const std::size_t at = static_cast<unsigned char>(input[0]) % good.size();
    const std::size_t cut = static_cast<unsigned char>(input[1]);
    std::string answer = good;
    return answer.replace(at, cut, input.substr(2));
}

void require_finite(const sparekey::cli::Point& point) {
    if (!std::isfinite(point.x) || !std::isfinite(point.y)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sparekey;
    static const core::Drawing kDrawing = drawing();
    auto layout = cli::read_layout(answer_with(core::text_of({data, size})), kDrawing);
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
