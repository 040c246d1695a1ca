#include "core/lockout/drawing.h"

#include "core/lockout/channel_loss.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace sparekey::core {
namespace {

using Kind = Drawing::Kind;
using State = Drawing::State;

/// Fewer are as readable by themselves.
constexpr std::size_t kFewestAsOne = 3;

Kind kind_of_channel(const Channel& channel) {
    if (channel.is_device) return Kind::device;
    if (channel.name.starts_with("email:")) return Kind::mailbox;
    return channel.name.starts_with("phone:") ? Kind::phone : Kind::identity;
}

/// So many single points are drawn where not all can be; fewer if the boxes are too many even so.
constexpr std::size_t kPointsDrawn[] = {30, 8, 0};

/// What makes two items alike.
using Likeness = std::tuple<State, bool, bool, bool, bool, std::vector<Node>, std::vector<Node>,
                            std::vector<Node>>;

Likeness likeness(const Facts& facts, const Links& links, State state) {
    const auto sorted = [](std::vector<Node> nodes) {
        std::sort(nodes.begin(), nodes.end());
        return nodes;
    };
    return {state,
            facts.is_account,
            facts.has_password,
            facts.has_seed,
            facts.recovery_codes > 0,
            sorted(links.sign_in_with),
            sorted(links.recovers_via),
            sorted(links.second_factors)};
}

bool has_links(const Links& links) {
    return !links.sign_in_with.empty() || !links.recovers_via.empty() ||
           !links.second_factors.empty();
}

class Draughtsman {
  public:
    explicit Draughtsman(const Graph& graph)
        : graph_(graph),
          trial_(graph),
          threats_(graph.item_count()),
          is_drawn_(graph.node_count(), true) {}

    Drawing draw() {
        for (const Node channel : graph_.channels()) add_channel(channel);
        for (const std::vector<Node>& items : items_as_drawn()) add_items(items);
        drawing_.box_of.assign(graph_.node_count(), Drawing::kNotDrawn);
        number_boxes();
        add_edges();
        drop_lonely_channels();
        return std::move(drawing_);
    }

  private:
    bool holds(Node item, Node channel) const {
        const std::vector<Node>& held = graph_.links(item).holds;
        return std::find(held.begin(), held.end(), channel) != held.end();
    }

    void add_channel(Node channel) {
        ChannelLoss loss = trial_.lose({&channel, 1});
        State state = loss.loses_others ? State::single_point : State::safe;
        if (trial_.before().of(channel) == Strength::closed) state = State::closed;
        for (const Node item : loss.lost) {
            if (loss.loses_others && !holds(item, channel)) threats_[item].push_back(channel);
        }
        drawing_.boxes.push_back({kind_of_channel(graph_.channel(channel)),
                                  state,
                                  {channel},
                                  std::move(loss.lost),
                                  std::move(loss.at_risk),
                                  {}});
    }

    State state_of(Node item) const {
        const Strength strength = trial_.before().of(item);
        if (strength == Strength::closed) return State::closed;
        if (!threats_[item].empty()) return State::endangered;
        return strength == Strength::weak ? State::weak : State::safe;
    }

    std::vector<Node> drawn(std::vector<Node> channels) const {
        std::erase_if(channels, [this](Node channel) { return !is_drawn_[channel]; });
        return channels;
    }

    /// An item's, as far as their channels are drawn.
    Links drawn_links(Node item) const {
        const Links& all = graph_.links(item);
        return {drawn(all.sign_in_with), drawn(all.recovers_via), drawn(all.second_factors),
                drawn(all.holds)};
    }

    bool stands_alone(Node item) const { return !drawn(graph_.links(item).holds).empty(); }

    /// Leaves out all channels but the `most` single points that lose the most. Boxes are those of
    /// the channels yet.
    void draw_worst_points(std::size_t most) {
        std::vector<const Drawing::Box*> points;
        for (const Drawing::Box& box : drawing_.boxes) {
            is_drawn_[box.nodes.front()] = false;
            if (box.state == State::single_point) points.push_back(&box);
        }
        std::stable_sort(points.begin(), points.end(),
                         [](const Drawing::Box* one, const Drawing::Box* other) {
                             return one->lost.size() > other->lost.size();
                         });
        const std::size_t count = std::min(most, points.size());
        for (std::size_t i = 0; i < count; ++i) is_drawn_[points[i]->nodes.front()] = true;
        drawing_.points_left_out = points.size() - count;
    }

    /// Boxes of items, in the order of their first.
    std::vector<std::vector<Node>> items_as_drawn() {
        auto boxes = as_one([this](Node item) { return is_folded(item); });
        if (boxes.size() <= kMostItemBoxes) return boxes;
        all_safe_as_one_ = true;
        const auto every = [](Node) { return true; };
        boxes = as_one(every);
        for (const std::size_t most : kPointsDrawn) {
            if (boxes.size() <= kMostBoxesOfAll) break;
            draw_worst_points(most);
            boxes = as_one(every);
        }
        return boxes;
    }

    /// Nobody else opens it: however small the vault is, these are all the same.
    bool is_folded(Node item) const {
        const bool is_plain = state_of(item) == State::safe && !has_links(graph_.links(item));
        return is_plain || graph_.item_count() > kMostDrawnSingly;
    }

    template <class IsFolded>
    std::vector<std::vector<Node>> as_one(IsFolded is_folded) const {
        std::map<Likeness, std::vector<Node>> alike;
        std::vector<std::vector<Node>> boxes;
        for (Node item = 0; item < graph_.item_count(); ++item) {
            if (stands_alone(item) || !is_folded(item)) {
                boxes.push_back({item});
            } else {
                alike[likeness_of(item)].push_back(item);
            }
        }
        for (auto& [key, items] : alike) {
            if (items.size() >= kFewestAsOne) {
                boxes.push_back(std::move(items));
            } else {
                for (const Node item : items) boxes.push_back({item});
            }
        }
        std::sort(boxes.begin(), boxes.end());
        return boxes;
    }

    Likeness likeness_of(Node item) const {
        const State state = state_of(item);
        if (all_safe_as_one_ && state == State::safe) return {};
        return likeness(graph_.facts(item), drawn_links(item), state);
    }

    void add_items(const std::vector<Node>& items) {
        const Node first = items.front();
        Drawing::Box box{graph_.facts(first).is_account ? Kind::account : Kind::kept,
                         state_of(first),
                         items,
                         {},
                         {},
                         threats_[first]};
        const std::vector<Node>& held = graph_.links(first).holds;
        if (!held.empty()) {
            ChannelLoss loss = trial_.lose(held);
            box.lost = std::move(loss.lost);
            box.at_risk = std::move(loss.at_risk);
        }
        drawing_.boxes.push_back(std::move(box));
    }

    void number_boxes() {
        for (Drawing::Index box = 0; box < drawing_.boxes.size(); ++box) {
            for (const Node node : drawing_.boxes[box].nodes) drawing_.box_of[node] = box;
        }
    }

    void add_edges() {
        for (Drawing::Index box = 0; box < drawing_.boxes.size(); ++box) {
            const std::vector<Node>& nodes = drawing_.boxes[box].nodes;
            if (!graph_.is_item(nodes.front())) continue;
            if (all_safe_as_one_ && nodes.size() > 1 && drawing_.boxes[box].state == State::safe) {
                continue;
            }
            const Links links = drawn_links(nodes.front());
            connect(links.sign_in_with, box, NamedLink::Kind::sign_in);
            connect(links.recovers_via, box, NamedLink::Kind::recovery);
            connect(links.second_factors, box, NamedLink::Kind::second_factor);
            for (const Node held : links.holds) {
                drawing_.edges.push_back({box, drawing_.box_of[held], NamedLink::Kind::holds});
            }
        }
    }

    void connect(const std::vector<Node>& channels, Drawing::Index box, NamedLink::Kind kind) {
        for (const Node channel : channels) {
            drawing_.edges.push_back({drawing_.box_of[channel], box, kind});
        }
    }

    /// What opens only items that are drawn without their ways in.
    void drop_lonely_channels() {
        std::vector<bool> is_used(drawing_.boxes.size());
        for (const Drawing::Edge& edge : drawing_.edges) {
            is_used[edge.from] = is_used[edge.to] = true;
        }
        std::vector<Drawing::Index> now(drawing_.boxes.size(), Drawing::kNotDrawn);
        std::vector<Drawing::Box> kept;
        for (Drawing::Index box = 0; box < now.size(); ++box) {
            Drawing::Box& old = drawing_.boxes[box];
            if (!graph_.is_item(old.nodes.front()) && !is_used[box]) continue;
            now[box] = static_cast<Drawing::Index>(kept.size());
            kept.push_back(std::move(old));
        }
        drawing_.boxes = std::move(kept);
        for (Drawing::Edge& edge : drawing_.edges) {
            edge.from = now[edge.from];
            edge.to = now[edge.to];
        }
        for (Drawing::Index& box : drawing_.box_of) {
            if (box != Drawing::kNotDrawn) box = now[box];
        }
    }

    const Graph& graph_;
    LossTrial trial_;
    std::vector<std::vector<Node>> threats_;  // by item
    std::vector<bool> is_drawn_;              // by node; of items all
    bool all_safe_as_one_ = false;
    Drawing drawing_;
};

}  // namespace

Drawing draw(const Graph& graph) {
    return Draughtsman(graph).draw();
}

}  // namespace sparekey::core
