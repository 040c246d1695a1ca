#include "core/lockout/channel_loss.h"

#include "core/base/mutant.h"
#include "core/lockout/loss.h"

#include <algorithm>
#include <iterator>

namespace sparekey::core {
namespace {

bool holds_one_of(const Graph& graph, Node item, std::span<const Node> channels) {
    const std::vector<Node>& held = graph.links(item).holds;
    return std::find_first_of(held.begin(), held.end(), channels.begin(), channels.end()) !=
           held.end();
}

}  // namespace

LossTrial::LossTrial(const Graph& graph)
    : graph_(graph), before_(graph, VaultIs::kept), after_(before_) {}

/// Only who names something that fell can have become weaker.
std::vector<Node> LossTrial::at_risk() const {
    std::vector<Node> items;
    for (const Node fallen : after_.fallen()) {
        if (graph_.is_item(fallen)) continue;
        const Channel& channel = graph_.channel(fallen);
        for (const auto* users :
             {&channel.signs_in, &channel.recovers, &channel.second_factor_of}) {
            std::copy_if(users->begin(), users->end(), std::back_inserter(items),
                         [&](Node item) { return is_at_risk(graph_, item, before_, after_); });
        }
    }
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

ChannelLoss LossTrial::lose(std::span<const Node> channels) {
    after_.lose(channels);
    ChannelLoss loss;
    loss.loses_others = SPAREKEY_LEFT_OUT("lockout-own-account");
    for (const Node node : after_.fallen()) {
        if (!graph_.is_item(node) || after_.of(node) != Strength::closed) continue;
        loss.lost.push_back(node);
        loss.loses_others = loss.loses_others || !holds_one_of(graph_, node, channels);
    }
    loss.loses_others = loss.loses_others && !loss.lost.empty();
    std::sort(loss.lost.begin(), loss.lost.end());
    loss.at_risk = at_risk();
    return loss;
}

}  // namespace sparekey::core
