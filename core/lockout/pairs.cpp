#include "core/lockout/pairs.h"

#include "core/lockout/coverage.h"
#include "core/lockout/standing.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace sparekey::core {
namespace {

using Nodes = std::vector<Node>;

/// An item that two losses take, and neither alone, lies in the forest below one of them, and when
/// that one is lost on a new path below the other. So only the pairs on such paths are tried, each
/// at the cost of what hangs on it.
class PairSearch {
  public:
    explicit PairSearch(const Graph& graph)
        : graph_(graph),
          network_(open_network(graph, VaultIs::kept)),
          reach_(network_),
          lost_alone_(graph.node_count()),
          hanging_(graph.node_count()),
          visited_(graph.node_count(), Reach::kNone) {}

    std::vector<FatalPair> all() {
        for (const Node channel : graph_.channels()) look_for_partners(channel);
        std::sort(candidates_.begin(), candidates_.end());
        candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
        // By the one that more hangs on.
        std::map<Node, Nodes> partners;
        for (const auto& [left, right] : candidates_) {
            const bool is_left = hanging_[left] >= hanging_[right];
            partners[is_left ? left : right].push_back(is_left ? right : left);
        }
        for (const auto& [first, seconds] : partners) try_partners(first, seconds);
        return std::move(pairs_);
    }

  private:
    void look_for_partners(Node channel) {
        lost_alone_[channel] = fallen_items(reach_.fall(lost_with(graph_, channel)));
        hanging_[channel] = lost_alone_[channel].size() + reach_.rescued().size();
        for (const Node rescued : reach_.rescued()) {
            if (graph_.is_item(rescued)) walk_up(rescued, channel);
        }
    }

    /// Notes each channel on the path, and each whose loss takes an item on it.
    void walk_up(Node node, Node channel) {
        const auto note = [&](Node other) {
            candidates_.emplace_back(std::min(channel, other), std::max(channel, other));
        };
        for (; node != Reach::kNone && visited_[node] != channel;
             node = reach_.parent_after(node)) {
            visited_[node] = channel;
            if (!graph_.is_item(node)) {
                note(node);
            } else {
                for (const Node held : graph_.links(node).holds) note(held);
            }
        }
    }

    /// Without the first, once for all partners; or anew with each, where that costs less.
    void try_partners(Node first, const Nodes& seconds) {
        const Nodes gone = lost_with(graph_, first);
        if (seconds.size() * hanging_[first] > network_.size()) {
            Reach rest(network_.without(gone));
            for (const Node second : seconds) {
                add(first, second, fallen_items(rest.fall(lost_with(graph_, second))));
            }
            return;
        }
        for (const Node second : seconds) {
            Nodes both = lost_with(graph_, second);
            both.insert(both.end(), gone.begin(), gone.end());
            add(first, second, fallen_items(reach_.fall(both)));
        }
    }

    void add(Node first, Node second, Nodes lost) {
        for (const Node alone : {first, second}) {
            Nodes rest;
            std::set_difference(lost.begin(), lost.end(), lost_alone_[alone].begin(),
                                lost_alone_[alone].end(), std::back_inserter(rest));
            lost = std::move(rest);
        }
        if (lost.empty()) return;
        pairs_.push_back({std::min(first, second), std::max(first, second), std::move(lost)});
    }

    Nodes fallen_items(const Nodes& fallen) const {
        Nodes items;
        std::copy_if(fallen.begin(), fallen.end(), std::back_inserter(items),
                     [this](Node node) { return graph_.is_item(node); });
        std::sort(items.begin(), items.end());
        return items;
    }

    const Graph& graph_;
    Network network_;
    Reach reach_;
    std::vector<Nodes> lost_alone_;
    std::vector<std::size_t> hanging_;  // how many nodes are looked at when it is lost
    Nodes visited_;                     // by the look for whose partners
    std::vector<std::pair<Node, Node>> candidates_;
    std::vector<FatalPair> pairs_;
};

}  // namespace

std::vector<FatalPair> fatal_pairs(const Graph& graph) {
    std::vector<FatalPair> pairs = PairSearch(graph).all();
    std::sort(pairs.begin(), pairs.end(), [&](const FatalPair& left, const FatalPair& right) {
        if (left.lost.size() != right.lost.size()) return left.lost.size() > right.lost.size();
        return std::pair(left.first, left.second) < std::pair(right.first, right.second);
    });
    return pairs;
}

}  // namespace sparekey::core
