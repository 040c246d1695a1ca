#include "cli/picture/words.h"

#include "cli/commands/lockout.h"
#include "cli/counted.h"

namespace sparekey::cli {
namespace {

using core::Drawing;
using State = Drawing::State;

bool is_item(const core::Graph& graph, const Drawing::Box& box) {
    return graph.is_item(box.nodes.front());
}

/// "google", "email", "phone", "device"; of a name without a kind: "identity".
std::string kind_of(const std::string& identity) {
    const auto colon = identity.find(':');
    return colon == std::string::npos ? "identity" : identity.substr(0, colon);
}

std::string own_ways(const core::Graph& graph, const Drawing::Box& box) {
    const core::Node item = box.nodes.front();
    const core::Facts& facts = graph.facts(item);
    const core::Links& links = graph.links(item);
    if (!facts.is_account) return "kept in the vault alone";
    const std::size_t ways = (facts.has_password ? 1 : 0) + links.sign_in_with.size() +
                             links.recovers_via.size() + (facts.recovery_codes > 0 ? 1 : 0);
    if (ways > 1) return counted(ways, "way") + " in";
    return facts.has_password ? "own password" : "a firm login";
}

std::string item_detail(const core::Graph& graph, const Drawing::Box& box) {
    switch (box.state) {
        case State::closed:
            return "no way in is known";
        case State::endangered:
            return box.threats.size() == 1
                       ? (box.nodes.size() > 1 ? "one loss takes them" : "one loss takes it")
                       : "each of " + std::to_string(box.threats.size()) + " losses takes " +
                             (box.nodes.size() > 1 ? "them" : "it");
        case State::weak:
            return "only a weak way in";
        case State::safe:
        case State::single_point:
            break;
    }
    return own_ways(graph, box);
}

std::string identity_detail(const core::Graph& graph, const Drawing::Box& box) {
    const std::string kind = kind_of(graph.name(box.nodes.front())) + " · ";
    if (box.state == State::closed) return kind + "cannot be reached";
    if (!box.lost.empty() && box.state == State::single_point) {
        return kind + "takes " + counted(box.lost.size(), "item");
    }
    if (!box.at_risk.empty()) return kind + "weakens " + counted(box.at_risk.size(), "item");
    return kind + "takes nothing";
}

}  // namespace

std::string box_title(const core::Graph& graph, const Drawing::Box& box) {
    if (box.nodes.size() > 1) return counted(box.nodes.size(), "item");
    const std::string& name = graph.name(box.nodes.front());
    if (is_item(graph, box)) return name;
    const auto colon = name.find(':');
    return colon == std::string::npos ? name : name.substr(colon + 1);
}

std::string box_detail(const core::Graph& graph, const Drawing::Box& box) {
    return is_item(graph, box) ? item_detail(graph, box) : identity_detail(graph, box);
}

std::string box_description(const core::Graph& graph, const Drawing::Box& box) {
    std::string text = box_title(graph, box) + ", ";
    if (box.nodes.size() > 1) text += titles(graph, box.nodes) + ", ";
    text += state_word(box.state);
    text += ": " + box_detail(graph, box);
    if (!box.lost.empty()) text += "; with it goes " + titles(graph, box.lost);
    if (!box.at_risk.empty()) text += "; at risk without it: " + titles(graph, box.at_risk);
    return text;
}

std::string_view state_word(State state) {
    switch (state) {
        case State::single_point:
            return "single point of failure";
        case State::endangered:
            return "one loss away";
        case State::weak:
            return "weak";
        case State::closed:
            return "closed";
        case State::safe:
            break;
    }
    return "safe";
}

std::string_view edge_word(core::NamedLink::Kind kind) {
    switch (kind) {
        case core::NamedLink::Kind::sign_in:
            return "signs in";
        case core::NamedLink::Kind::recovery:
            return "recovers";
        case core::NamedLink::Kind::second_factor:
            return "gives the code for";
        case core::NamedLink::Kind::holds:
            break;
    }
    return "holds";
}

}  // namespace sparekey::cli
