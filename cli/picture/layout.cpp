#include "cli/picture/layout.h"

#include "cli/libexec.h"
#include "cli/picture/markup.h"
#include "core/text/number.h"

#include <algorithm>
#include <cmath>

namespace sparekey::cli {
namespace {

constexpr double kInch = 72;  // pixels
constexpr double kMargin = 20;
constexpr double kGap = 18;
constexpr double kColumnGap = 60;
constexpr double kRowsGap = 36;
constexpr std::size_t kMostColumns = 4;
constexpr double kFarthest = 1e6;  // a coordinate beyond that is no answer

std::vector<bool> connected(const core::Drawing& drawing) {
    std::vector<bool> is_connected(drawing.boxes.size());
    for (const core::Drawing::Edge& edge : drawing.edges) {
        is_connected[edge.from] = is_connected[edge.to] = true;
    }
    return is_connected;
}

core::Unexpected no_answer() {
    return core::unexpected(core::ErrorCode::failed, "the helper sparekey-layout gave no layout",
                            "reinstall sparekey, and Graphviz's library (libgvc6)");
}

/// The words of a line, and numbers among them.
class Words {
  public:
    explicit Words(std::string_view line) : rest_(line) {}

    std::string_view word() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        const std::string_view found = rest_.substr(0, rest_.find(' '));
        rest_.remove_prefix(found.size());
        return found;
    }
    double length() {
        const auto value = core::whole_number<double>(word());
        if (!value || !std::isfinite(*value) || std::fabs(*value) > kFarthest) is_good_ = false;
        return value.value_or(0) * kInch;
    }
    /// A length that is no coordinate.
    double extent() {
        const double value = length();
        if (value < 0) is_good_ = false;
        return value;
    }
    std::size_t number(std::size_t below) {
        const auto value = core::whole_number<std::size_t>(word());
        if (!value || *value >= below) {
            is_good_ = false;
            return 0;
        }
        return *value;
    }
    bool is_good() const { return is_good_; }

  private:
    std::string_view rest_;
    bool is_good_ = true;
};

class Reader {
  public:
    explicit Reader(const core::Drawing& drawing)
        : drawing_(drawing), is_connected_(connected(drawing)), is_taken_(drawing.edges.size()) {
        layout_.boxes.resize(drawing.boxes.size());
        layout_.edges.resize(drawing.edges.size());
    }

    core::Result<Layout> read(std::string_view answer) {
        while (!answer.empty()) {
            const std::string_view line = answer.substr(0, answer.find('\n'));
            answer.remove_prefix(std::min(line.size() + 1, answer.size()));
            if (!take(line)) return no_answer();
        }
        const auto placed =
            static_cast<std::size_t>(std::count(is_connected_.begin(), is_connected_.end(), true));
        const bool is_whole = boxes_ == placed && std::find(is_taken_.begin(), is_taken_.end(),
                                                            false) == is_taken_.end();
        if (!is_whole) return no_answer();
        return std::move(layout_);
    }

  private:
    bool take(std::string_view line) {
        Words words(line);
        const std::string_view what = words.word();
        if (what == "graph") {
            words.word();  // the scale
            layout_.width = words.extent();
            layout_.height = words.extent();
        } else if (what == "node") {
            take_box(words);
        } else if (what == "edge") {
            return take_edge(words) && words.is_good();
        }
        return words.is_good();
    }

    Point point(Words& words) const {
        const double x = words.length();
        const double y = words.length();
        return {x, layout_.height - y};
    }

    void take_box(Words& words) {
        const std::size_t box = words.number(layout_.boxes.size());
        if (!words.is_good() || !is_connected_[box]) return;
        const Point centre = point(words);
        layout_.boxes[box] = {centre.x - kBoxWidth / 2, centre.y - kBoxHeight / 2};
        ++boxes_;
    }

    bool take_edge(Words& words) {
        const std::size_t from = words.number(layout_.boxes.size());
        const std::size_t to = words.number(layout_.boxes.size());
        const std::size_t count = words.number(10'000);
        if (!words.is_good() || count < 4 || count % 3 != 1) return false;
        for (std::size_t i = 0; i < drawing_.edges.size(); ++i) {
            const core::Drawing::Edge& edge = drawing_.edges[i];
            if (is_taken_[i] || edge.from != from || edge.to != to) continue;
            is_taken_[i] = true;
            for (std::size_t p = 0; p < count; ++p) layout_.edges[i].push_back(point(words));
            return true;
        }
        return false;
    }

    const core::Drawing& drawing_;
    std::vector<bool> is_connected_;
    std::vector<bool> is_taken_;
    std::size_t boxes_ = 0;
    Layout layout_;
};

std::string inches(double pixels) {
    return std::to_string(pixels / kInch);
}

void move(Layout& layout, double x, double y) {
    for (Point& box : layout.boxes) box = {box.x + x, box.y + y};
    for (Curve& curve : layout.edges) {
        for (Point& point : curve) point = {point.x + x, point.y + y};
    }
}

}  // namespace

std::string layout_question(const core::Drawing& drawing) {
    if (drawing.edges.empty()) return {};
    std::string text =
        "digraph{rankdir=LR;nodesep=" + inches(kGap) + ";ranksep=" + inches(kColumnGap) +
        ";nslimit=4;nslimit1=4;node[shape=box,fixedsize=true,label=\"\",width=" +
        inches(kBoxWidth) + ",height=" + inches(kBoxHeight) + "];edge[arrowhead=none];\n";
    const std::vector<bool> is_connected = connected(drawing);
    for (std::size_t box = 0; box < is_connected.size(); ++box) {
        if (is_connected[box]) text += std::to_string(box) + ";\n";
    }
    for (const core::Drawing::Edge& edge : drawing.edges) {
        text += std::to_string(edge.from) + "->" + std::to_string(edge.to) + ";\n";
    }
    return text + "}\n";
}

core::Result<Layout> read_layout(std::string_view answer, const core::Drawing& drawing) {
    return Reader(drawing).read(answer);
}

void add_rows(Layout& layout, const core::Drawing& drawing) {
    move(layout, kMargin, kMargin);
    const double step = kBoxWidth + kGap;
    const auto fitting = static_cast<std::size_t>((layout.width + kGap) / step);
    const std::size_t columns = layout.width > 0 ? std::max<std::size_t>(fitting, 1) : kMostColumns;
    layout.rows_from = kMargin + (layout.height > 0 ? layout.height + kRowsGap : 0);
    const std::vector<bool> is_connected = connected(drawing);
    std::size_t count = 0;
    for (std::size_t box = 0; box < is_connected.size(); ++box) {
        if (is_connected[box]) continue;
        const auto row = static_cast<double>(count / columns);
        const auto column = static_cast<double>(count % columns);
        ++count;
        Point& corner = layout.boxes[box];
        corner = {kMargin + column * step, layout.rows_from + row * (kBoxHeight + kGap)};
        layout.width = std::max(layout.width, corner.x + kBoxWidth - kMargin);
        layout.height = corner.y + kBoxHeight - kMargin;
    }
    layout.width += 2 * kMargin;
    layout.height += 2 * kMargin;
}

core::Result<Layout> arrange(const core::Drawing& drawing) {
    Layout layout;
    const std::string question = layout_question(drawing);
    if (question.empty()) {
        layout.boxes.resize(drawing.boxes.size());
    } else {
        SPAREKEY_TRY(const core::SecretText answer, run_helper("sparekey-layout", {}, question));
        SPAREKEY_TRY(layout, read_layout(answer.expose(), drawing));
    }
    add_rows(layout, drawing);
    return layout;
}

}  // namespace sparekey::cli
