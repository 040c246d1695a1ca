#include "core/lockout/standing.h"

#include "core/base/mutant.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// In both networks: what is reached by itself, and what it carries.
Network common_network(const Graph& graph, VaultIs vault) {
    Network network(graph.node_count());
    for (Node item = 0; item < graph.item_count(); ++item) {
        if (!graph.facts(item).is_account && vault == VaultIs::kept) network.set_source(item);
        for (const Node held : graph.links(item).holds) network.connect(item, held);
        for (const Node through : graph.links(item).sign_in_with) network.connect(through, item);
    }
    for (const Node node : graph.channels()) {
        if (graph.channel(node).held_by.empty()) network.set_source(node);
    }
    return network;
}

/// A password of an account in a vault that is there.
bool has_usable_password(const Graph& graph, Node item, VaultIs vault) {
    const Facts& facts = graph.facts(item);
    const bool has_vault = SPAREKEY_LEFT_OUT("lockout-vault") || vault == VaultIs::kept;
    return facts.is_account && facts.has_password && has_vault;
}

}  // namespace

bool asks_outside(const Graph& graph, Node item) {
    const bool has_seed = !SPAREKEY_LEFT_OUT("lockout-seed") && graph.facts(item).has_seed;
    return !has_seed && !graph.links(item).second_factors.empty();
}

Network open_network(const Graph& graph, VaultIs vault) {
    Network network = common_network(graph, vault);
    for (Node item = 0; item < graph.item_count(); ++item) {
        const Facts& facts = graph.facts(item);
        const Links& links = graph.links(item);
        for (const Node through : links.recovers_via) network.connect(through, item);
        if (facts.is_account && facts.recovery_codes > 0 && vault == VaultIs::kept) {
            network.set_source(item);
        }
        if (!has_usable_password(graph, item, vault)) continue;
        if (!asks_outside(graph, item)) {
            network.set_source(item);
        } else {
            for (const Node factor : links.second_factors) network.connect(factor, item);
        }
    }
    return network;
}

Standing::Standing(const Graph& graph, VaultIs vault)
    : graph_(graph),
      vault_(vault),
      strength_(graph.node_count()),
      open_(open_network(graph, vault)),
      firm_(Network(0)) {
    for (Node node = 0; node < strength_.size(); ++node) {
        if (open_.reaches(node)) strength_[node] = Strength::weak;
    }
    firm_ = Reach(firm_network());
    for (Node node = 0; node < strength_.size(); ++node) {
        if (firm_.reaches(node)) strength_[node] = Strength::firm;
    }
}

Network Standing::firm_network() const {
    Network network = common_network(graph_, vault_);
    for (Node item = 0; item < graph_.item_count(); ++item) {
        if (!has_usable_password(graph_, item, vault_)) continue;
        if (!asks_outside(graph_, item) || open_factors(item) > 1) network.set_source(item);
    }
    return network;
}

std::size_t Standing::open_factors(Node item) const {
    const std::vector<Node>& factors = graph_.links(item).second_factors;
    const auto open = std::count_if(factors.begin(), factors.end(), [this](Node factor) {
        return strength_[factor] != Strength::closed;
    });
    const bool has_codes = graph_.facts(item).recovery_codes > 0 && vault_ == VaultIs::kept;
    return static_cast<std::size_t>(open) + (has_codes ? 1 : 0);
}

/// Accounts whose password was firm and is not with these factors closed.
std::vector<Node> Standing::unsettled_passwords(std::span<const Node> closed) const {
    std::vector<Node> items;
    for (const Node node : closed) {
        if (graph_.is_item(node)) continue;
        for (const Node item : graph_.channel(node).second_factor_of) {
            if (!graph_.facts(item).is_account || !firm_.is_source(item)) continue;
            if (asks_outside(graph_, item) && open_factors(item) <= 1) items.push_back(item);
        }
    }
    return items;
}

void Standing::lose(std::span<const Node> channels) {
    for (std::size_t i = 0; i < fallen_.size(); ++i) strength_[fallen_[i]] = before_[i];
    fallen_.clear();
    before_.clear();
    const auto weaken = [this](Node node, Strength strength) {
        fallen_.push_back(node);
        before_.push_back(strength_[node]);
        strength_[node] = strength;
    };
    std::vector<Node> removed(channels.begin(), channels.end());
    if (!SPAREKEY_LEFT_OUT("lockout-lost-account")) {
        for (const Node node : channels) {
            const std::vector<Node>& holders = graph_.channel(node).held_by;
            removed.insert(removed.end(), holders.begin(), holders.end());
        }
    }
    const std::vector<Node>& closed = open_.fall(removed);
    for (const Node node : closed) weaken(node, Strength::closed);
    const std::vector<Node> unsettled = unsettled_passwords(closed);
    for (const Node node : firm_.fall(removed, unsettled)) {
        if (strength_[node] == Strength::firm) weaken(node, Strength::weak);
    }
}

std::vector<Way> ways_in(const Graph& graph, Node item) {
    std::vector<Way> ways;
    const Facts& facts = graph.facts(item);
    if (!facts.is_account) return ways;
    if (facts.has_password) ways.push_back({Way::Kind::password});
    for (const Node through : graph.links(item).sign_in_with) {
        ways.push_back({Way::Kind::sign_in, through});
    }
    for (const Node through : graph.links(item).recovers_via) {
        ways.push_back({Way::Kind::recovery, through});
    }
    if (facts.recovery_codes > 0) ways.push_back({Way::Kind::codes});
    return ways;
}

Strength strength_of(const Graph& graph, Node item, const Way& way, const Standing& standing) {
    const bool has_vault = standing.vault() == VaultIs::kept;
    switch (way.kind) {
        case Way::Kind::password: {
            if (!has_vault) return Strength::closed;
            if (!asks_outside(graph, item)) return Strength::firm;
            return static_cast<Strength>(std::min<std::size_t>(standing.open_factors(item), 2));
        }
        case Way::Kind::sign_in:
            return standing.of(way.through);
        case Way::Kind::recovery:
            return std::min(standing.of(way.through), Strength::weak);
        case Way::Kind::codes:
            break;
    }
    return has_vault ? Strength::weak : Strength::closed;
}

}  // namespace sparekey::core
