// Why nodes fell: from what is lost, by whoever fell because of it, to an item.
#pragma once

#include "core/lockout/standing.h"

#include <string>

namespace sparekey::core {

/// Names, from what is lost to the item.
using Chain = std::vector<std::string>;

/// What was asked to be lost.
struct Loss {
    /// A channel, by the name that it was asked by.
    struct Part {
        Node channel = 0;
        std::string name;
    };
    std::vector<Part> parts;
    VaultIs vault = VaultIs::kept;
};

class Chains {
  public:
    /// `after` is `before` without the loss. All three and `graph` have to outlive it.
    Chains(const Graph& graph, const Standing& before, const Standing& after, const Loss& loss);

    /// For an item that is weaker after the loss, or one of whose ways in is: a chain for each way
    /// in that is weaker, and one for each lost identity that the item holds. The shortest each, no
    /// chain twice, and none that passes the item itself.
    std::vector<Chain> of(Node item) const;

  private:
    static constexpr Node kNobody = ~Node{0};
    struct Cause {
        Node node = kNobody;      // who fell before; kNobody if it is lost itself
        std::uint32_t depth = 0;  // 0: it did not fall
    };
    void fall(Node node, Node because);
    void spread_from_channel(Node channel);
    void spread_from_item(Node item);
    void fall_with_vault();
    bool is_lost(Node channel) const { return causes_[channel].depth == 1; }
    bool is_weaker(Node item, const Way& way) const;
    std::optional<Chain> through(Node item, Node channel) const;
    std::optional<Chain> of_way(Node item, const Way& way) const;
    std::optional<Chain> of_password(Node item) const;
    const std::string& name(Node node) const;

    const Graph& graph_;
    const Standing& before_;
    const Standing& after_;
    const Loss& loss_;
    std::vector<Cause> causes_;
    std::vector<Node> queue_;
};

}  // namespace sparekey::core
