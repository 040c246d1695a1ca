// The lockout graph: items, and the identities and devices that their accounts are got into by, or
// hold. Values in, values out.
//
// Nodes are numbers: the items first, in the order in which they were given, then the *channels*,
// which are identities and devices. Two names of one account (account_of()) are one channel.
#pragma once

#include "core/lockout/facts.h"

#include <optional>
#include <string_view>
#include <unordered_map>

namespace sparekey::core {

using Node = std::uint32_t;

/// An item's facts as channels, each once, in the order in which they were recorded. Empty but for
/// an account.
struct Links {
    std::vector<Node> sign_in_with;
    std::vector<Node> recovers_via;
    std::vector<Node> second_factors;
    std::vector<Node> holds;  // no devices
};

/// What names a channel, as items.
struct Channel {
    std::string name;  // as the vault spells it; the login provider's name, if it has several
    bool is_device = false;
    std::vector<Node> held_by;  // accounts only
    std::vector<Node> signs_in;
    std::vector<Node> recovers;
    std::vector<Node> second_factor_of;
};

class Graph {
  public:
    explicit Graph(std::vector<Facts> items);

    std::size_t item_count() const { return items_.size(); }
    std::size_t node_count() const { return items_.size() + channels_.size(); }
    bool is_item(Node node) const { return node < items_.size(); }

    const Facts& facts(Node item) const { return items_[item]; }
    const Links& links(Node item) const { return links_[item]; }
    const Channel& channel(Node node) const { return channels_[node - items_.size()]; }
    /// Every channel, in the order of its first mention.
    std::vector<Node> channels() const;
    /// The channel that a normalized identity means; nothing if no item names it.
    std::optional<Node> find(std::string_view identity) const;
    /// An item's title, a channel's name.
    const std::string& name(Node node) const;

  private:
    Node intern(const std::string& identity);
    void link(Node item);

    std::vector<Facts> items_;
    std::vector<Links> links_;
    std::vector<Channel> channels_;
    std::unordered_map<std::string, Node> by_account_;
};

}  // namespace sparekey::core
