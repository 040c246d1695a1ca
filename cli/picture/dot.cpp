#include "cli/picture/dot.h"

#include "cli/picture/words.h"
#include "core/base/mutant.h"
#include "core/text/unicode.h"

namespace sparekey::cli {
namespace {

using core::Drawing;

std::string_view shape_of(const Drawing::Box& box) {
    switch (box.kind) {
        case Drawing::Kind::account:
            return box.nodes.size() > 1 ? "box3d" : "box";
        case Drawing::Kind::kept:
            return "note";
        case Drawing::Kind::mailbox:
            return "folder";
        case Drawing::Kind::phone:
        case Drawing::Kind::device:
            return "component";
        case Drawing::Kind::identity:
            break;
    }
    return "ellipse";
}

std::string_view look_of(Drawing::State state) {
    switch (state) {
        case Drawing::State::single_point:
            return ",color=\"#9b1c1c\",penwidth=3,peripheries=2";
        case Drawing::State::endangered:
            return ",color=\"#9b1c1c\",penwidth=2";
        case Drawing::State::weak:
            return ",color=\"#7a4b00\",style=dashed";
        case Drawing::State::closed:
            return ",color=\"#5d5a54\",style=dotted";
        case Drawing::State::safe:
            break;
    }
    return ",color=\"#0b5d4e\"";
}

std::string_view line_of(core::NamedLink::Kind kind) {
    switch (kind) {
        case core::NamedLink::Kind::recovery:
            return "style=dashed";
        case core::NamedLink::Kind::second_factor:
            return "style=dotted,penwidth=2";
        case core::NamedLink::Kind::holds:
            return "arrowtail=odiamond,dir=both";
        case core::NamedLink::Kind::sign_in:
            break;
    }
    return "style=solid";
}

std::string box_line(const core::Graph& graph, const Drawing::Box& box, std::size_t number) {
    std::string text = "  n" + std::to_string(number) + " [shape=";
    text += shape_of(box);
    text += ",label=";
    const std::string title = dot_quoted(box_title(graph, box));
    // A line break of ours between what is quoted.
    text +=
        title.substr(0, title.size() - 1) + "\\n" + dot_quoted(box_detail(graph, box)).substr(1);
    text += look_of(box.state);
    return text + "];\n";
}

}  // namespace

std::string dot_quoted(std::string_view text) {
    std::string quoted = "\"";
    for (const char character : core::printable(text)) {
        if (SPAREKEY_LEFT_OUT("picture-dot")) {
            quoted += character;
        } else if (character == '"' || character == '\\') {
            quoted += '\\';
            quoted += character;
        } else if (character == '&') {
            quoted += "&amp;";
        } else {
            quoted += character;
        }
    }
    return quoted + "\"";
}

std::string dot_text(const core::Graph& graph, const Drawing& drawing) {
    std::string text =
        "// Made by sparekey coverage --dot; dot -Tsvg draws it.\n"
        "digraph sparekey {\n"
        "  rankdir=LR;\n"
        "  node [fontname=\"Helvetica\"];\n"
        "  edge [fontname=\"Helvetica\",fontsize=10];\n";
    for (std::size_t box = 0; box < drawing.boxes.size(); ++box) {
        text += box_line(graph, drawing.boxes[box], box);
    }
    for (const Drawing::Edge& edge : drawing.edges) {
        text +=
            "  n" + std::to_string(edge.from) + " -> n" + std::to_string(edge.to) + " [label=\"";
        text += edge_word(edge.kind);
        text += "\",";
        text += line_of(edge.kind);
        text += "];\n";
    }
    return text + "}\n";
}

}  // namespace sparekey::cli
