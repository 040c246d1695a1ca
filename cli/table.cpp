#include "cli/table.h"

#include "core/text/columns.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

namespace sparekey::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;
/// One long cell does not push the next column out of a window of unknown width.
constexpr std::size_t kWidestPadded = 40;

/// Headers of what people copy from a table or came for: ids and names to type, values.
constexpr std::array<std::string_view, 7> kWhole = {"ID",    "ITEM",    "NAME", "FIELD",
                                                    "VALUE", "CURRENT", "OTHER"};

using Widths = std::vector<std::size_t>;

Widths natural_widths(const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows) {
    Widths widths;
    for (const std::string& cell : header) widths.push_back(core::columns(cell));
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], core::columns(row[i]));
        }
    }
    return widths;
}

bool gives_way(const std::string& header) {
    return std::find(kWhole.begin(), kWhole.end(), header) == kWhole.end();
}

/// Narrows the widest column to the next one's width, and again, until all fits.
void narrow(Widths& widths, const std::vector<std::string>& header, std::size_t window) {
    std::size_t total = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
    while (total > window) {
        std::size_t widest = widths.size(), next = kNarrowest;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (!gives_way(header[i])) continue;
            if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
        }
        if (widest == widths.size() || widths[widest] <= kNarrowest) return;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (!gives_way(header[i]) || widths[i] >= widths[widest]) continue;
            next = std::max(next, widths[i]);
        }
        const std::size_t spared =
            std::min(std::max<std::size_t>(widths[widest] - next, 1), total - window);
        widths[widest] -= spared;
        total -= spared;
    }
}

std::string line(const std::vector<std::string>& row, const Widths& widths, bool cut) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string cell = cut ? core::cut_to_columns(row[i], widths[i]) : row[i];
        text += cell;
        if (i + 1 == row.size()) break;
        const std::size_t filled = core::columns(cell);
        text.append(std::max(widths[i], filled) - filled + kGap, ' ');
    }
    return text;
}

}  // namespace

std::vector<std::string> table_lines(const std::vector<std::string>& header,
                                     const std::vector<std::vector<std::string>>& rows,
                                     std::size_t window) {
    Widths widths = natural_widths(header, rows);
    if (window > 0) {
        narrow(widths, header, window);
    } else {
        for (std::size_t& width : widths) width = std::min(width, kWidestPadded);
    }
    std::vector<std::string> lines = {line(header, widths, window > 0)};
    for (const auto& row : rows) lines.push_back(line(row, widths, window > 0));
    return lines;
}

}  // namespace sparekey::cli
