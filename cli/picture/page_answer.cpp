// Coverage as text: what the picture shows, for who reads rather than looks.
#include "cli/commands/lockout.h"
#include "cli/counted.h"
#include "cli/formats/time_text.h"
#include "cli/picture/markup.h"
#include "cli/picture/page_parts.h"
#include "core/lockout/loss.h"

#include <map>

namespace sparekey::cli {
namespace {

constexpr std::size_t kMostPairs = 50;

std::string names(const core::Graph& graph, const std::vector<core::Node>& nodes) {
    std::string text;
    for (const core::Node node : nodes) {
        text += (text.empty() ? "" : ", ") + escaped(graph.name(node));
    }
    return text;
}

/// To what is said of it box by box, where all names are.
std::string link(const PageContent& content, core::Node channel) {
    const core::Drawing::Index box = content.drawing.box_of[channel];
    const std::string name = escaped(content.graph.name(channel));
    if (box == core::Drawing::kNotDrawn) return name;
    return "<a href=\"#b" + std::to_string(box) + "\">" + name + "</a>";
}

std::string row(const std::vector<std::string>& cells) {
    std::string text = "<tr>";
    for (const std::string& cell : cells) text += "<td>" + cell + "</td>";
    return text + "</tr>\n";
}

std::string table(std::string_view head, const std::string& rows) {
    return "<table><thead><tr>" + std::string(head) + "</tr></thead><tbody>\n" + rows +
           "</tbody></table>\n";
}

std::string single_points(const PageContent& content) {
    std::string text = "<h2 id=\"single-points\">Single points of failure</h2>\n";
    if (content.coverage.single_points.empty()) {
        return text + "<p>None: no single loss locks you out of anything else.</p>\n";
    }
    std::string rows;
    for (const core::SinglePoint& point : content.coverage.single_points) {
        rows += row({"<b>" + link(content, point.channel) + "</b>",
                     escaped(titles(content.graph, point.lost)),
                     escaped(titles(content.graph, point.at_risk))});
    }
    return text + table(
                      "<th scope=\"col\">If you lose</th><th scope=\"col\">these are lost</th>"
                      "<th scope=\"col\">and these at risk</th>",
                      rows);
}

/// "<b>Post</b>: why", and all that have the same reason on one line.
std::string spare_keys(const PageContent& content) {
    const core::SpareKeys& keys = content.coverage.spare_keys;
    if (keys.add.empty()) return {};
    std::map<std::string, std::vector<core::Node>> by_reason;
    for (const core::SpareKey& key : keys.add) {
        by_reason[reason(content.graph, key)].push_back(key.item);
    }
    std::string text =
        "<h2 id=\"spare-keys\">The fewest spare keys that end this</h2>\n<p>" +
        std::string(keys.exact ? "" : "Perhaps even fewer would do. ") +
        "A spare key is a user name and a password of the item's own, to be set at "
        "the site: <code>sparekey add --fallback-for TITLE</code> makes them. What has a password "
        "already takes recovery codes, with <code>--type recovery-codes</code>.</p>\n<ul>\n";
    for (const auto& [why, items] : by_reason) {
        text += "<li><b>" + names(content.graph, items) + "</b>: " + escaped(why) + "</li>\n";
    }
    return text + "</ul>\n";
}

std::string pairs(const PageContent& content) {
    const std::vector<core::FatalPair>& found = content.coverage.pairs;
    if (found.empty()) return {};
    std::string rows;
    for (std::size_t i = 0; i < found.size() && i < kMostPairs; ++i) {
        rows += row({escaped(content.graph.name(found[i].first)) + " and " +
                         escaped(content.graph.name(found[i].second)),
                     names(content.graph, found[i].lost)});
    }
    std::string text =
        "<h2 id=\"pairs\">Two losses at once</h2>\n" + table(
                                                           "<th scope=\"col\">If you lose both</th>"
                                                           "<th scope=\"col\">these are lost</th>",
                                                           rows);
    if (found.size() > kMostPairs) {
        text += "<p>And " + std::to_string(found.size() - kMostPairs) +
                " more pairs: <code>sparekey coverage --json</code> has all.</p>\n";
    }
    return text;
}

std::string weak_items(const PageContent& content) {
    if (content.coverage.weak.empty()) return {};
    const core::Standing standing(content.graph, core::VaultIs::kept);
    std::map<std::string, std::vector<core::Node>> by_ways;
    for (const core::Node item : content.coverage.weak) {
        std::string ways;
        for (const std::string& way : core::open_ways(content.graph, item, standing)) {
            ways += (ways.empty() ? "" : ", ") + way;
        }
        by_ways[ways].push_back(item);
    }
    std::string rows;
    for (const auto& [ways, items] : by_ways) {
        rows += row({names(content.graph, items), escaped(ways)});
    }
    return "<h2 id=\"weak\">Weak as it is</h2>\n" +
           table("<th scope=\"col\">Items</th><th scope=\"col\">have only</th>", rows);
}

std::string closed_items(const PageContent& content) {
    if (content.coverage.no_way_in.empty()) return {};
    return "<h2 id=\"no-way-in\">No way in is known</h2>\n<p>" +
           names(content.graph, content.coverage.no_way_in) +
           "</p>\n<p class=\"soft\">Note how you get in: <code>sparekey suggest</code> asks.</p>\n";
}

std::string vault(const PageContent& content) {
    const std::string count = counted(content.coverage.lost_with_vault, "item");
    return "<h2 id=\"vault\">The vault itself</h2>\n<p>Without every copy of this vault and its "
           "Emergency Kit, " +
           count + (content.coverage.lost_with_vault == 1 ? " is" : " are") + " lost. " +
           (content.kit_proved
                ? "The kit was proved on " + format_time(*content.kit_proved).substr(0, 10) + "."
                : "The kit was never proved: <code>sparekey kit drill</code>.") +
           "</p>\n";
}

}  // namespace

std::string answer_text(const PageContent& content) {
    return single_points(content) + spare_keys(content) + weak_items(content) +
           closed_items(content) + pairs(content) + vault(content);
}

}  // namespace sparekey::cli
