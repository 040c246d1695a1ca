#include "core/lockout/chains.h"

#include <algorithm>

namespace sparekey::core {

Chains::Chains(const Graph& graph, const Standing& before, const Standing& after, const Loss& loss)
    : graph_(graph), before_(before), after_(after), loss_(loss), causes_(graph.node_count()) {
    for (const Loss::Part& part : loss.parts) fall(part.channel, kNobody);
    if (loss.vault == VaultIs::lost) fall_with_vault();
    for (std::size_t at = 0; at < queue_.size(); ++at) {
        if (graph_.is_item(queue_[at])) {
            spread_from_item(queue_[at]);
        } else {
            spread_from_channel(queue_[at]);
        }
    }
}

/// The first cause that is found is a nearest one.
void Chains::fall(Node node, Node because) {
    if (causes_[node].depth != 0) return;
    causes_[node] = {because, because == kNobody ? 1 : causes_[because].depth + 1};
    queue_.push_back(node);
}

/// Items that are weaker, and whose password, codes or content went with the vault.
void Chains::fall_with_vault() {
    for (Node item = 0; item < graph_.item_count(); ++item) {
        if (after_.of(item) >= before_.of(item)) continue;
        const bool hung_on_it = !graph_.facts(item).is_account ||
                                is_weaker(item, {Way::Kind::password}) ||
                                is_weaker(item, {Way::Kind::codes});
        if (hung_on_it) fall(item, kNobody);
    }
}

bool Chains::is_weaker(Node item, const Way& way) const {
    const Facts& facts = graph_.facts(item);
    if (way.kind == Way::Kind::password && !facts.has_password) return false;
    if (way.kind == Way::Kind::codes && facts.recovery_codes == 0) return false;
    return strength_of(graph_, item, way, after_) < strength_of(graph_, item, way, before_);
}

void Chains::spread_from_channel(Node node) {
    const Channel& channel = graph_.channel(node);
    if (is_lost(node)) {
        for (const Node item : channel.held_by) fall(item, node);
    }
    const auto spread = [&](const std::vector<Node>& items, Way way) {
        for (const Node item : items) {
            if (!graph_.facts(item).is_account || after_.of(item) >= before_.of(item)) continue;
            if (is_weaker(item, way)) fall(item, node);
        }
    };
    spread(channel.signs_in, {Way::Kind::sign_in, node});
    spread(channel.recovers, {Way::Kind::recovery, node});
    if (after_.of(node) != Strength::closed) return;
    for (const Node item : channel.second_factor_of) {
        if (!graph_.facts(item).is_account || after_.of(item) >= before_.of(item)) continue;
        if (is_weaker(item, {Way::Kind::password})) fall(item, node);
    }
}

void Chains::spread_from_item(Node item) {
    for (const Node held : graph_.links(item).holds) {
        const bool was_better = before_.of(item) > after_.of(held);
        if (was_better && after_.of(held) < before_.of(held)) fall(held, item);
    }
}

const std::string& Chains::name(Node node) const {
    for (const Loss::Part& part : loss_.parts) {
        if (part.channel == node) return part.name;
    }
    return graph_.name(node);
}

/// Nothing if `channel` did not fall, or only because of `item`.
std::optional<Chain> Chains::through(Node item, Node channel) const {
    if (causes_[channel].depth == 0) return std::nullopt;
    Chain chain = {graph_.name(item)};
    Node node = channel;
    for (; node != kNobody; node = causes_[node].node) {
        if (node == item) return std::nullopt;
        chain.push_back(name(node));
        // An item that went with the vault, rather than with anything that was lost.
        if (causes_[node].node == kNobody && graph_.is_item(node)) chain.emplace_back("vault");
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

/// By the second factor that was nearest to what is lost.
std::optional<Chain> Chains::of_password(Node item) const {
    if (loss_.vault == VaultIs::lost) return Chain{"vault", graph_.name(item)};
    std::optional<Chain> shortest;
    for (const Node factor : graph_.links(item).second_factors) {
        if (after_.of(factor) != Strength::closed) continue;
        auto chain = through(item, factor);
        if (chain && (!shortest || chain->size() < shortest->size())) shortest = std::move(chain);
    }
    return shortest;
}

std::optional<Chain> Chains::of_way(Node item, const Way& way) const {
    switch (way.kind) {
        case Way::Kind::password:
            return of_password(item);
        case Way::Kind::sign_in:
        case Way::Kind::recovery:
            return through(item, way.through);
        case Way::Kind::codes:
            break;
    }
    return Chain{"vault", graph_.name(item)};
}

std::vector<Chain> Chains::of(Node item) const {
    std::vector<Chain> chains;
    const auto add = [&](std::optional<Chain> chain) {
        if (!chain || std::find(chains.begin(), chains.end(), *chain) != chains.end()) return;
        chains.push_back(*std::move(chain));
    };
    for (const Node held : graph_.links(item).holds) {
        if (is_lost(held)) add(Chain{name(held), graph_.name(item)});
    }
    for (const Way& way : ways_in(graph_, item)) {
        if (is_weaker(item, way)) add(of_way(item, way));
    }
    if (!graph_.facts(item).is_account) add(Chain{"vault", graph_.name(item)});
    return chains;
}

}  // namespace sparekey::core
