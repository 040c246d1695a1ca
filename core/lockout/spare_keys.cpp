#include "core/lockout/spare_keys.h"

#include "core/lockout/hitting_set.h"
#include "core/lockout/standing.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace sparekey::core {
namespace {

constexpr int kMostRounds = 100;

using Nodes = std::vector<Node>;

class SpareKeySearch {
  public:
    SpareKeySearch(const Graph& graph, std::uint64_t budget)
        : graph_(graph),
          network_(open_network(graph, VaultIs::kept)),
          bare_(network_),
          budget_(budget),
          is_gone_(graph.node_count()),
          is_said_(graph.node_count()),
          is_taken_(graph.node_count()),
          seen_(graph.node_count()) {}

    SpareKeys best() {
        HittingSet set;
        for (int round = 0; add_clauses(set.elements); ++round) {
            if (round < kMostRounds && set.exact) {
                set = smallest_hitting_set(clauses_, items(), budget_);
            } else {
                complete(set);
            }
        }
        return {set.exact, explained(set.elements)};
    }

  private:
    /// What a clause was made for.
    struct Origin {
        Node item = 0;
        Node channel = 0;
    };

    std::uint32_t items() const { return static_cast<std::uint32_t>(graph_.item_count()); }

    /// For what single losses still take with spare keys for `chosen`; false if they take nothing.
    bool add_clauses(const Nodes& chosen) {
        Network network = network_;
        for (const Node item : chosen) network.set_source(item);
        Reach reach(network);
        const std::size_t before = clauses_.size();
        for (const Node channel : graph_.channels()) add_clauses(channel, reach);
        return clauses_.size() > before;
    }

    void add_clauses(Node channel, Reach& reach) {
        const Nodes gone = lost_with(graph_, channel);
        for (const Node node : gone) is_gone_[node] = 1;
        Nodes said;
        for (const Node node : reach.fall(gone)) {
            if (!graph_.is_item(node) || is_gone_[node] != 0) continue;
            if (!say(node, channel)) continue;
            is_said_[node] = 1;
            said.push_back(node);
        }
        for (const Node node : gone) is_gone_[node] = 0;
        for (const Node node : said) is_said_[node] = 0;
    }

    /// "One of those that would keep `item` open when `channel` is lost", and, if nothing opens the
    /// item yet, "when it is opened". False if another clause says as much.
    bool say(Node item, Node channel) {
        Clause clause;
        clause.always = bare_.reaches(item);
        const bool is_whole = go_up(item, Through::what_is_left, [&](Node upstream) {
            const bool says_as_much =
                is_said_[upstream] != 0 && (bare_.reaches(upstream) || !clause.always);
            clause.one_of.push_back(upstream);
            return !says_as_much;
        });
        if (!is_whole) return false;
        if (!clause.always) {
            go_up(item, Through::everything, [&](Node upstream) {
                clause.when.push_back(upstream);
                return true;
            });
        }
        clauses_.push_back(std::move(clause));
        origins_.push_back({item, channel});
        return true;
    }

    enum class Through { everything, what_is_left };

    /// The items that would open `item`, itself first, as long as `visit` is true of them.
    template <class Visit>
    bool go_up(Node item, Through through, const Visit& visit) {
        ++round_;
        Nodes queue = {item};
        seen_[item] = round_;
        for (std::size_t at = 0; at < queue.size(); ++at) {
            if (graph_.is_item(queue[at]) && !visit(queue[at])) return false;
            for (const Node from : bare_.into(queue[at])) {
                const bool is_barred = through == Through::what_is_left && is_gone_[from] != 0;
                if (is_barred || seen_[from] == round_) continue;
                seen_[from] = round_;
                queue.push_back(from);
            }
        }
        return true;
    }

    /// Where finding the fewest costs too much: what satisfies every clause so far, and stays.
    void complete(HittingSet& set) {
        std::uint64_t nothing = 0;
        const HittingSet more = smallest_hitting_set(clauses_, items(), nothing);
        Nodes all;
        std::set_union(set.elements.begin(), set.elements.end(), more.elements.begin(),
                       more.elements.end(), std::back_inserter(all));
        set = {false, std::move(all)};
    }

    /// Each with the first clause that asks for it, those of one loss together.
    std::map<Node, std::vector<std::pair<Node, Origin>>> by_loss(const Nodes& chosen) const {
        std::set<Node> open(chosen.begin(), chosen.end());
        std::map<Node, std::vector<std::pair<Node, Origin>>> asked;
        for (std::size_t i = 0; i < clauses_.size(); ++i) {
            for (const Node item : clauses_[i].one_of) {
                if (open.erase(item) == 0) continue;
                asked[origins_[i].channel].emplace_back(item, origins_[i]);
            }
        }
        return asked;
    }

    /// By item.
    std::vector<SpareKey> explained(const Nodes& chosen) {
        std::vector<SpareKey> keys;
        for (const auto& [channel, asked] : by_loss(chosen)) {
            const Nodes gone = lost_with(graph_, channel);
            for (const Node node : gone) is_gone_[node] = 1;
            const Nodes fallen = bare_.fall(gone);
            for (const Node node : fallen) is_taken_[node] = 1;
            for (const auto& [item, origin] : asked) keys.push_back({item, why(item, origin)});
            for (const Node node : gone) is_gone_[node] = 0;
            for (const Node node : fallen) is_taken_[node] = 0;
        }
        std::sort(keys.begin(), keys.end(), [](const SpareKey& left, const SpareKey& right) {
            return left.item < right.item;
        });
        return keys;
    }

    /// What the loss takes and the spare key would keep, itself or others. Of the loss, `is_gone_`
    /// and `is_taken_` are marked.
    std::string why(Node chosen, const Origin& origin) {
        ++round_;
        seen_[chosen] = round_;
        Nodes queue = {chosen};
        Nodes others;
        for (std::size_t at = 0; at < queue.size(); ++at) {
            for (const Node next : bare_.out_of(queue[at])) {
                const bool is_closed = is_taken_[next] != 0 || !bare_.reaches(next);
                if (!is_closed || is_gone_[next] != 0 || seen_[next] == round_) continue;
                seen_[next] = round_;
                queue.push_back(next);
                if (graph_.is_item(next) && is_taken_[next] != 0) others.push_back(next);
            }
        }
        return text(origin, is_taken_[chosen] != 0, others);
    }

    std::string text(const Origin& origin, bool takes_itself, const Nodes& others) const {
        const std::string loss = "losing " + graph_.name(origin.channel) + " alone loses ";
        if (takes_itself && others.empty()) return loss + "it";
        const std::string& first = graph_.name(others.empty() ? origin.item : others.front());
        std::string taken = takes_itself ? "it and " + first : first;
        if (others.size() > 1) taken += " and " + std::to_string(others.size() - 1) + " more";
        return loss + taken;
    }

    const Graph& graph_;
    Network network_;
    Reach bare_;  // without any spare key
    std::vector<Clause> clauses_;
    std::vector<Origin> origins_;
    std::uint64_t budget_;
    std::vector<std::uint8_t> is_gone_;
    std::vector<std::uint8_t> is_said_;
    std::vector<std::uint8_t> is_taken_;
    std::vector<std::uint64_t> seen_;
    std::uint64_t round_ = 0;
};

}  // namespace

Nodes lost_with(const Graph& graph, Node channel) {
    Nodes nodes = {channel};
    const Nodes& holders = graph.channel(channel).held_by;
    nodes.insert(nodes.end(), holders.begin(), holders.end());
    return nodes;
}

SpareKeys spare_keys(const Graph& graph, std::uint64_t budget) {
    return SpareKeySearch(graph, budget).best();
}

}  // namespace sparekey::core
