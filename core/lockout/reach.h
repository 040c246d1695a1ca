// What can be reached from a network's sources, and what no longer can once nodes are gone: at the
// cost of what hung on them, not of the whole network.
//
// Reach keeps a spanning forest of what is reached. Whoever loses an ancestor there is looked at
// again, nobody else: all others still have the path that the forest shows.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace sparekey::core {

class Network {
  public:
    using Node = std::uint32_t;

    explicit Network(std::size_t nodes) : is_source_(nodes) {}
    void connect(Node from, Node to) { edges_.emplace_back(from, to); }
    void set_source(Node node) { is_source_[node] = 1; }
    /// The same without these nodes.
    Network without(std::span<const Node> nodes) const;
    std::size_t size() const { return is_source_.size() + edges_.size(); }

  private:
    friend class Reach;
    std::vector<std::uint8_t> is_source_;
    std::vector<std::pair<Node, Node>> edges_;
};

/// For every node a list of others, one after the other in memory.
class Neighbours {
  public:
    using Node = Network::Node;
    Neighbours(std::size_t nodes, std::span<const std::pair<Node, Node>> edges, bool backward);
    std::span<const Node> of(Node node) const {
        return std::span(all_).subspan(first_[node], first_[node + 1] - first_[node]);
    }

  private:
    std::vector<std::uint32_t> first_;
    std::vector<Node> all_;
};

class Reach {
  public:
    using Node = Network::Node;
    static constexpr Node kNone = ~Node{0};  // instead of a parent: reached by itself

    explicit Reach(const Network& network);

    bool reaches(Node node) const { return reached_[node] != 0; }
    bool is_source(Node node) const { return is_source_[node] != 0; }
    /// Those that are not reached any more without `removed`, which are among them, and with `cut`
    /// no sources any more. Valid until the next fall().
    const std::vector<Node>& fall(std::span<const Node> removed, std::span<const Node> cut = {});
    /// After a fall(): those that lost their path and found another.
    const std::vector<Node>& rescued() const { return rescued_; }
    /// After a fall(): where the path that reaches `node` now comes from.
    Node parent_after(Node node) const {
        return marks_[node] == Mark::none ? parent_[node] : new_parent_[node];
    }
    std::span<const Node> into(Node node) const { return in_.of(node); }
    std::span<const Node> out_of(Node node) const { return out_.of(node); }

  private:
    enum class Mark : std::uint8_t { none, affected, removed, rescued };
    void span_forest();
    void affect(Node root);
    bool rescue(Node node, Node parent);
    void look_again();

    std::vector<std::uint8_t> is_source_;
    Neighbours out_;
    Neighbours in_;
    std::vector<std::uint8_t> reached_;
    std::vector<Node> parent_;
    // The forest's children, as lists.
    std::vector<Node> first_child_;
    std::vector<Node> next_sibling_;

    // Of the last fall(): cleared by the next.
    std::vector<Mark> marks_;
    std::vector<Node> new_parent_;
    std::vector<Node> affected_;
    std::vector<Node> rescued_;
    std::vector<Node> fallen_;
};

}  // namespace sparekey::core
