#include "cli/picture/legend.h"

#include "cli/picture/icons.h"
#include "cli/picture/markup.h"
#include "cli/picture/words.h"

#include <array>
#include <cmath>

namespace sparekey::cli {
namespace {

constexpr double kLegendMargin = 20;
constexpr double kEntryWidth = 168;
constexpr double kEntryHeight = 24;

using State = core::Drawing::State;

struct Line {
    std::string_view style;
    std::string_view text;
};
constexpr std::array kLines = {Line{"sign-in", "signs in"}, Line{"recovery", "recovers"},
                               Line{"factor", "gives the code"}, Line{"holds", "holds"}};
constexpr std::array kStates = {State::single_point, State::endangered, State::weak, State::closed,
                                State::safe};

std::size_t columns(double width) {
    return static_cast<std::size_t>((width - 2 * kLegendMargin) / kEntryWidth);
}

std::string line_entry(const Line& line) {
    std::string entry = "<g class=\"edge " + std::string(line.style) +
                        "\"><path class=\"line\" d=\"M0 0H26\"/>"
                        "<path class=\"head\" d=\"M34 0l-9 4.5v-9z\"/>";
    if (line.style == "holds") entry += "<circle class=\"ring\" cx=\"4\" cy=\"0\" r=\"4\"/>";
    return entry + "</g><text class=\"key\" x=\"42\" y=\"4\">" + std::string(line.text) + "</text>";
}

std::string state_entry(State state) {
    return "<g class=\"" + std::string(class_of(state)) +
           "\"><g class=\"badge\" transform=\"translate(0 -8)\">" + std::string(badge_of(state)) +
           "</g></g><text class=\"key\" x=\"24\" y=\"4\">" + std::string(state_word(state)) +
           "</text>";
}

}  // namespace

double legend_height(double width) {
    const auto rows = [&](std::size_t entries) {
        return std::ceil(static_cast<double>(entries) / static_cast<double>(columns(width)));
    };
    return (rows(kLines.size()) + rows(kStates.size())) * kEntryHeight + kLegendMargin;
}

std::string legend(double top, double width) {
    std::string text = "<g class=\"legend\" aria-hidden=\"true\">";
    double y = top + kEntryHeight / 2;
    std::size_t column = 0;
    const auto add = [&](const std::string& entry) {
        if (column == columns(width)) {
            column = 0;
            y += kEntryHeight;
        }
        text += "<g transform=\"translate(" +
                decimal(kLegendMargin + static_cast<double>(column) * kEntryWidth) + " " +
                decimal(y) + ")\">" + entry + "</g>";
        ++column;
    };
    for (const Line& line : kLines) add(line_entry(line));
    column = columns(width);  // the states on a line of their own
    for (const State state : kStates) add(state_entry(state));
    return text + "</g>\n";
}

}  // namespace sparekey::cli
