#include "core/lockout/graph.h"

#include "core/model/identity.h"

#include <algorithm>

namespace sparekey::core {
namespace {

void add_once(std::vector<Node>& nodes, Node node) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
}

/// Items come one after the other.
void add_last(std::vector<Node>& items, Node item) {
    if (items.empty() || items.back() != item) items.push_back(item);
}

std::vector<Node>& users(Channel& channel, NamedLink::Kind kind) {
    switch (kind) {
        case NamedLink::Kind::sign_in:
            return channel.signs_in;
        case NamedLink::Kind::recovery:
            return channel.recovers;
        case NamedLink::Kind::second_factor:
            return channel.second_factor_of;
        case NamedLink::Kind::holds:
            break;
    }
    return channel.held_by;
}

std::vector<Node>& nodes(Links& links, NamedLink::Kind kind) {
    switch (kind) {
        case NamedLink::Kind::sign_in:
            return links.sign_in_with;
        case NamedLink::Kind::recovery:
            return links.recovers_via;
        case NamedLink::Kind::second_factor:
            return links.second_factors;
        case NamedLink::Kind::holds:
            break;
    }
    return links.holds;
}

}  // namespace

Graph::Graph(std::vector<Facts> items) : items_(std::move(items)), links_(items_.size()) {
    for (Node item = 0; item < items_.size(); ++item) link(item);
}

Node Graph::intern(const std::string& identity) {
    std::string account = account_of(identity);
    const auto next = static_cast<Node>(node_count());
    const bool is_providers_name = account == identity;
    const auto [at, is_new] = by_account_.emplace(std::move(account), next);
    if (is_new) {
        channels_.push_back({identity, core::is_device(identity), {}, {}, {}, {}});
    } else if (is_providers_name) {
        channels_[at->second - items_.size()].name = identity;
    }
    return at->second;
}

/// A card's or a note's facts are listed with the channel, but are no ways in.
void Graph::link(Node item) {
    const bool is_account = items_[item].is_account;
    for (const NamedLink& named : items_[item].links) {
        const Node node = intern(named.name);
        Channel& channel = channels_[node - items_.size()];
        const bool holds = named.kind == NamedLink::Kind::holds;
        // A device is nobody's account, and a note holds none.
        if (holds && (channel.is_device || !is_account)) continue;
        add_last(users(channel, named.kind), item);
        if (is_account) add_once(nodes(links_[item], named.kind), node);
    }
}

std::vector<Node> Graph::channels() const {
    std::vector<Node> nodes(channels_.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i] = static_cast<Node>(items_.size() + i);
    }
    return nodes;
}

std::optional<Node> Graph::find(std::string_view identity) const {
    const auto at = by_account_.find(account_of(identity));
    if (at == by_account_.end()) return std::nullopt;
    return at->second;
}

const std::string& Graph::name(Node node) const {
    return is_item(node) ? items_[node].title : channel(node).name;
}

}  // namespace sparekey::core
