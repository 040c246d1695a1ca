#include "core/lockout/reach.h"

namespace sparekey::core {

Network Network::without(std::span<const Node> nodes) const {
    std::vector<std::uint8_t> is_gone(is_source_.size());
    for (const Node node : nodes) is_gone[node] = 1;
    Network rest(is_source_.size());
    for (Node node = 0; node < is_source_.size(); ++node) {
        if (is_source_[node] != 0 && is_gone[node] == 0) rest.set_source(node);
    }
    for (const auto& [from, to] : edges_) {
        if (is_gone[from] == 0 && is_gone[to] == 0) rest.connect(from, to);
    }
    return rest;
}

Neighbours::Neighbours(std::size_t nodes, std::span<const std::pair<Node, Node>> edges,
                       bool backward)
    : first_(nodes + 1), all_(edges.size()) {
    for (const auto& [from, to] : edges) ++first_[(backward ? to : from) + 1];
    for (std::size_t node = 0; node < nodes; ++node) first_[node + 1] += first_[node];
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (const auto& [from, to] : edges) {
        all_[next[backward ? to : from]++] = backward ? from : to;
    }
}

Reach::Reach(const Network& network)
    : is_source_(network.is_source_),
      out_(is_source_.size(), network.edges_, false),
      in_(is_source_.size(), network.edges_, true),
      reached_(is_source_.size()),
      parent_(is_source_.size(), kNone),
      first_child_(is_source_.size(), kNone),
      next_sibling_(is_source_.size(), kNone),
      marks_(is_source_.size(), Mark::none),
      new_parent_(is_source_.size(), kNone) {
    span_forest();
}

/// Breadth first: short paths, so that little hangs on anything.
void Reach::span_forest() {
    std::vector<Node> queue;
    for (Node node = 0; node < is_source_.size(); ++node) {
        if (!is_source(node)) continue;
        reached_[node] = 1;
        queue.push_back(node);
    }
    for (std::size_t at = 0; at < queue.size(); ++at) {
        const Node node = queue[at];
        for (const Node next : out_.of(node)) {
            if (reaches(next)) continue;
            reached_[next] = 1;
            parent_[next] = node;
            next_sibling_[next] = first_child_[node];
            first_child_[node] = next;
            queue.push_back(next);
        }
    }
}

/// Whatever hangs on `root` in the forest.
void Reach::affect(Node root) {
    std::size_t at = affected_.size();
    affected_.push_back(root);
    for (; at < affected_.size(); ++at) {
        for (Node child = first_child_[affected_[at]]; child != kNone;
             child = next_sibling_[child]) {
            if (marks_[child] != Mark::none) continue;  // removed, or has been here
            marks_[child] = Mark::affected;
            affected_.push_back(child);
        }
    }
}

bool Reach::rescue(Node node, Node parent) {
    if (marks_[node] != Mark::affected) return false;
    marks_[node] = Mark::rescued;
    new_parent_[node] = parent;
    rescued_.push_back(node);
    return true;
}

/// Who of the affected is reached from outside of them, and who from those.
void Reach::look_again() {
    for (const Node node : affected_) {
        if (marks_[node] != Mark::affected) continue;
        for (const Node from : in_.of(node)) {
            if (!reaches(from) || marks_[from] != Mark::none) continue;
            rescue(node, from);
            break;
        }
    }
    for (std::size_t at = 0; at < rescued_.size(); ++at) {
        for (const Node next : out_.of(rescued_[at])) rescue(next, rescued_[at]);
    }
}

const std::vector<Reach::Node>& Reach::fall(std::span<const Node> removed,
                                            std::span<const Node> cut) {
    for (const Node node : affected_) marks_[node] = Mark::none;
    affected_.clear();
    rescued_.clear();
    fallen_.clear();
    std::vector<Node> roots;
    for (const Node node : removed) {
        if (!reaches(node) || marks_[node] != Mark::none) continue;
        marks_[node] = Mark::removed;
        roots.push_back(node);
    }
    for (const Node node : cut) {
        if (!is_source(node) || marks_[node] != Mark::none) continue;
        marks_[node] = Mark::affected;
        roots.push_back(node);
    }
    for (const Node root : roots) affect(root);
    look_again();
    for (const Node node : affected_) {
        if (marks_[node] != Mark::rescued) fallen_.push_back(node);
    }
    return fallen_;
}

}  // namespace sparekey::core
