// What the loss of channels takes along, tried one after the other at the cost of what hangs on
// each.
#pragma once

#include "core/lockout/standing.h"

namespace sparekey::core {

struct ChannelLoss {
    std::vector<Node> lost;  // items, ascending; also those that hold what is lost
    std::vector<Node> at_risk;
    bool loses_others = false;  // an item that does not itself hold what is lost
};

class LossTrial {
  public:
    /// `graph` has to outlive it.
    explicit LossTrial(const Graph& graph);

    const Standing& before() const { return before_; }
    /// All of `channels` is one loss.
    ChannelLoss lose(std::span<const Node> channels);

  private:
    std::vector<Node> at_risk() const;

    const Graph& graph_;
    Standing before_;
    Standing after_;
};

}  // namespace sparekey::core
