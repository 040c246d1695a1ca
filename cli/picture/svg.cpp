#include "cli/picture/svg.h"

#include "cli/picture/icons.h"
#include "cli/picture/legend.h"
#include "cli/picture/markup.h"
#include "cli/picture/words.h"
#include "core/text/columns.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sparekey::cli {
namespace {

using core::Drawing;

constexpr std::size_t kTitleColumns = 21;
constexpr std::size_t kDetailColumns = 24;
constexpr double kArrow = 9;  // from tip to foot

std::string attribute(std::string_view name, double value) {
    return " " + std::string(name) + "=\"" + decimal(value) + "\"";
}

std::string text_at(double x, double y, std::string_view style, std::string_view text) {
    return "<text class=\"" + std::string(style) + "\"" + attribute("x", x) + attribute("y", y) +
           ">" + escaped(text) + "</text>";
}

std::string pair(const Point& point) {
    return decimal(point.x) + " " + decimal(point.y);
}

std::string_view line_class(core::NamedLink::Kind kind) {
    switch (kind) {
        case core::NamedLink::Kind::recovery:
            return "recovery";
        case core::NamedLink::Kind::second_factor:
            return "factor";
        case core::NamedLink::Kind::holds:
            return "holds";
        case core::NamedLink::Kind::sign_in:
            break;
    }
    return "sign-in";
}

/// A triangle whose tip is the curve's end.
std::string arrow(const Curve& curve) {
    const Point tip = curve.back();
    const Point before = curve[curve.size() - 2];
    const double length = std::hypot(tip.x - before.x, tip.y - before.y);
    const double x = length > 0 ? (tip.x - before.x) / length : 1;
    const double y = length > 0 ? (tip.y - before.y) / length : 0;
    const Point foot{tip.x - x * kArrow, tip.y - y * kArrow};
    const double half = kArrow / 2;
    return "<path class=\"head\" d=\"M" + pair(tip) + "L" +
           pair({foot.x - y * half, foot.y + x * half}) + "L" +
           pair({foot.x + y * half, foot.y - x * half}) + "z\"/>";
}

/// How far a page may shrink it before it scrolls: to three quarters about, which can still be
/// read.
std::string_view width_class(double width) {
    if (width <= 704) return "small";
    if (width <= 960) return "medium";
    return width <= 1400 ? "wide" : "very-wide";
}

class Picture {
  public:
    Picture(const core::Graph& graph, const Drawing& drawing, const Layout& layout, Boxes boxes)
        : graph_(graph), drawing_(drawing), layout_(layout), are_links_(boxes == Boxes::are_links) {
        svg_.reserve(2048 * drawing.boxes.size());
    }

    std::string draw() {
        const double width = std::max(layout_.width, kNarrowestLegend);
        const double height = layout_.height + legend_height(width);
        svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture " +
               std::string(width_class(width)) + "\"" + attribute("width", width) +
               attribute("height", height) + " viewBox=\"0 0 " + decimal(width) + " " +
               decimal(height) +
               "\" role=\"group\" aria-label=\"What gets into what, and what a single loss takes\">"
               "\n<style>" +
               std::string(svg_style()) + "</style>\n<rect class=\"ground\" rx=\"14\"" +
               attribute("width", width) + attribute("height", height) + "/>\n";
        svg_ += "<g aria-hidden=\"true\">\n";
        for (std::size_t i = 0; i < drawing_.edges.size(); ++i) add_edge(i);
        svg_ += "</g>\n";
        for (const std::size_t i : in_order()) add_box(i);
        svg_ += legend(layout_.height, width) + "</svg>\n";
        return std::move(svg_);
    }

  private:
    bool is_item(const Drawing::Box& box) const { return graph_.is_item(box.nodes.front()); }

    /// As they are looked at: column by column. It is the order of Tab.
    std::vector<std::size_t> in_order() const {
        std::vector<std::size_t> order(drawing_.boxes.size());
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(), [this](std::size_t one, std::size_t other) {
            const Point& left = layout_.boxes[one];
            const Point& right = layout_.boxes[other];
            const bool below = left.y >= layout_.rows_from,
                       others_below = right.y >= layout_.rows_from;
            if (below != others_below) return others_below;
            return below ? std::pair(left.y, left.x) < std::pair(right.y, right.x)
                         : std::pair(left.x, left.y) < std::pair(right.x, right.y);
        });
        return order;
    }

    /// By this way the loss of `from` takes `to`.
    bool is_danger(const Drawing::Edge& edge) const {
        const Drawing::Box& from = drawing_.boxes[edge.from];
        const std::vector<core::Node>& threats = drawing_.boxes[edge.to].threats;
        return std::find(threats.begin(), threats.end(), from.nodes.front()) != threats.end();
    }

    void add_edge(std::size_t i) {
        const Drawing::Edge& edge = drawing_.edges[i];
        const Curve& curve = layout_.edges[i];
        svg_ += "<g class=\"edge " + std::string(line_class(edge.kind)) +
                (is_danger(edge) ? " danger" : "") + "\" data-from=\"" + std::to_string(edge.from) +
                "\" data-to=\"" + std::to_string(edge.to) + "\"><path class=\"line\" d=\"M" +
                pair(curve.front());
        for (std::size_t p = 1; p + 2 < curve.size(); p += 3) {
            svg_ += "C" + pair(curve[p]) + " " + pair(curve[p + 1]) + " " + pair(curve[p + 2]);
        }
        svg_ += "\"/>" + arrow(curve);
        if (edge.kind == core::NamedLink::Kind::holds) {
            svg_ += "<circle class=\"ring\" r=\"4\"" + attribute("cx", curve.front().x + 4) +
                    attribute("cy", curve.front().y) + "/>";
        }
        svg_ += "</g>\n";
    }

    /// Boxes of which all items are among these.
    std::string boxes_of(const std::vector<core::Node>& items) const {
        std::string numbers;
        for (std::size_t i = 0; i < drawing_.boxes.size(); ++i) {
            const std::vector<core::Node>& nodes = drawing_.boxes[i].nodes;
            const bool all = std::all_of(nodes.begin(), nodes.end(), [&](core::Node node) {
                return std::binary_search(items.begin(), items.end(), node);
            });
            if (all) numbers += (numbers.empty() ? "" : " ") + std::to_string(i);
        }
        return numbers;
    }

    void open_box(std::size_t i) {
        const Drawing::Box& box = drawing_.boxes[i];
        const std::string number = std::to_string(i);
        svg_ += are_links_ ? "<a href=\"#b" + number + "\" id=\"n" + number + "\""
                           : std::string("<g role=\"img\"");
        svg_ += " class=\"box " + std::string(class_of(box.state)) + "\" aria-label=\"" +
                escaped(box_description(graph_, box)) + "\" transform=\"translate(" +
                pair(layout_.boxes[i]) + ")\"";
        if (are_links_) {
            svg_ += " data-lost=\"" + boxes_of(box.lost) + "\" data-risk=\"" +
                    boxes_of(box.at_risk) + "\"";
        }
        svg_ += "><title>" + escaped(box_description(graph_, box)) + "</title>";
    }

    void add_face(const Drawing::Box& box) {
        const std::string size = attribute("width", kBoxWidth) + attribute("height", kBoxHeight);
        const std::string round = is_item(box) ? " rx=\"9\"" : " rx=\"27\"";
        if (box.nodes.size() > 1) {
            svg_ += "<rect class=\"face\" x=\"5\" y=\"5\" rx=\"9\"" + size + "/>";
        }
        svg_ += "<rect class=\"face\"" + round + size +
                "/><rect class=\"focus\" x=\"-5\" y=\"-5\"" +
                (is_item(box) ? " rx=\"13\"" : " rx=\"32\"") + attribute("width", kBoxWidth + 10) +
                attribute("height", kBoxHeight + 10) + "/>";
    }

    void add_tag(std::string_view kind, std::string_view text) {
        svg_ += "<g class=\"tag " + std::string(kind) +
                "\"><rect x=\"14\" y=\"-10\" width=\"54\" height=\"18\" rx=\"9\"/>"
                "<text x=\"41\" y=\"3\" text-anchor=\"middle\">" +
                std::string(text) + "</text></g>";
    }

    void add_box(std::size_t i) {
        const Drawing::Box& box = drawing_.boxes[i];
        open_box(i);
        add_face(box);
        svg_ += "<g class=\"icon\" transform=\"translate(14 15)\">" + std::string(icon_of(box)) +
                "</g>";
        svg_ += text_at(48, 23, "name", cut(box_title(graph_, box), kTitleColumns));
        svg_ += text_at(48, 41, "detail", cut(box_detail(graph_, box), kDetailColumns));
        svg_ += "<circle class=\"seat\" r=\"12\"" + attribute("cx", kBoxWidth - 26) +
                " cy=\"0\"/><g class=\"badge\" transform=\"translate(" + decimal(kBoxWidth - 34) +
                " -8)\">" + std::string(badge_of(box.state)) + "</g>";
        if (are_links_) {
            add_tag("lost", "lost");
            add_tag("risk", "at risk");
        }
        svg_ += are_links_ ? "</a>\n" : "</g>\n";
    }

    static std::string cut(const std::string& text, std::size_t columns) {
        return core::cut_to_columns(text, columns);
    }

    const core::Graph& graph_;
    const Drawing& drawing_;
    const Layout& layout_;
    bool are_links_;
    std::string svg_;
};

}  // namespace

std::string svg_text(const core::Graph& graph, const Drawing& drawing, const Layout& layout,
                     Boxes boxes) {
    return Picture(graph, drawing, layout, boxes).draw();
}

}  // namespace sparekey::cli
