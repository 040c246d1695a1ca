#include "core/lockout/coverage.h"

#include "core/lockout/channel_loss.h"
#include "core/lockout/pairs.h"

#include <algorithm>

namespace sparekey::core {
namespace {

std::vector<SinglePoint> single_points(const Graph& graph) {
    std::vector<SinglePoint> points;
    LossTrial trial(graph);
    for (const Node channel : graph.channels()) {
        ChannelLoss loss = trial.lose({&channel, 1});
        if (!loss.loses_others) continue;
        points.push_back({channel, std::move(loss.lost), std::move(loss.at_risk)});
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
    coverage.single_points = single_points(graph);
    coverage.pairs = fatal_pairs(graph);
    coverage.spare_keys = spare_keys(graph);
    return coverage;
}

}  // namespace sparekey::core
