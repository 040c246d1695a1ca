#include "core/lockout/coverage.h"

#include "core/base/mutant.h"
#include "core/lockout/loss.h"
#include "core/lockout/pairs.h"

#include <algorithm>
#include <iterator>

namespace sparekey::core {
namespace {

bool holds(const Graph& graph, Node item, Node channel) {
    const std::vector<Node>& held = graph.links(item).holds;
    return std::find(held.begin(), held.end(), channel) != held.end();
}

/// Only who names something that fell can have become weaker.
std::vector<Node> at_risk(const Graph& graph, const Standing& before, const Standing& after) {
    std::vector<Node> items;
    for (const Node fallen : after.fallen()) {
        if (graph.is_item(fallen)) continue;
        const Channel& channel = graph.channel(fallen);
        for (const auto* users :
             {&channel.signs_in, &channel.recovers, &channel.second_factor_of}) {
            std::copy_if(users->begin(), users->end(), std::back_inserter(items),
                         [&](Node item) { return is_at_risk(graph, item, before, after); });
        }
    }
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

std::vector<SinglePoint> single_points(const Graph& graph, const Standing& before) {
    std::vector<SinglePoint> points;
    Standing after = before;
    for (const Node channel : graph.channels()) {
        after.lose({&channel, 1});
        SinglePoint point{channel, {}, {}};
        bool loses_others = SPAREKEY_LEFT_OUT("lockout-own-account");
        for (const Node node : after.fallen()) {
            if (!graph.is_item(node) || after.of(node) != Strength::closed) continue;
            point.lost.push_back(node);
            loses_others = loses_others || !holds(graph, node, channel);
        }
        if (!loses_others || point.lost.empty()) continue;
        std::sort(point.lost.begin(), point.lost.end());
        point.at_risk = at_risk(graph, before, after);
        points.push_back(std::move(point));
    }
    std::sort(points.begin(), points.end(), [&](const SinglePoint& left, const SinglePoint& right) {
        if (left.lost.size() != right.lost.size()) return left.lost.size() > right.lost.size();
        if (left.at_risk.size() != right.at_risk.size()) {
            return left.at_risk.size() > right.at_risk.size();
        }
        return graph.name(left.channel) < graph.name(right.channel);
    });
    return points;
}

}  // namespace

Coverage cover(const Graph& graph) {
    Coverage coverage;
    const Standing before(graph, VaultIs::kept);
    const Standing without_vault(graph, VaultIs::lost);
    for (Node item = 0; item < graph.item_count(); ++item) {
        const Strength strength = before.of(item);
        if (strength == Strength::weak) coverage.weak.push_back(item);
        if (strength == Strength::closed) {
            coverage.no_way_in.push_back(item);
        } else if (without_vault.of(item) == Strength::closed) {
            ++coverage.lost_with_vault;
        }
    }
    coverage.single_points = single_points(graph, before);
    coverage.pairs = fatal_pairs(graph);
    coverage.spare_keys = spare_keys(graph);
    return coverage;
}

}  // namespace sparekey::core
