#include "core/lockout/loss.h"

#include "core/base/mutant.h"
#include "core/model/identity.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::string_view kVault = "vault";

/// "password + device:pixel": with the second factors that are not closed.
std::string password_text(const Graph& graph, Node item, const Standing& standing) {
    std::string text = "password";
    if (!asks_outside(graph, item)) return text;
    std::string factors;
    const auto add = [&](std::string_view factor) {
        factors += (factors.empty() ? "" : " or ") + std::string(factor);
    };
    for (const Node factor : graph.links(item).second_factors) {
        if (standing.of(factor) != Strength::closed) add(graph.name(factor));
    }
    if (graph.facts(item).recovery_codes > 0) add("a recovery code");
    return text + " + " + factors;
}

std::string way_text(const Graph& graph, Node item, const Way& way, const Standing& standing) {
    switch (way.kind) {
        case Way::Kind::password:
            return password_text(graph, item, standing);
        case Way::Kind::sign_in:
            return "sign in with " + graph.name(way.through);
        case Way::Kind::recovery:
            return "recovery via " + graph.name(way.through);
        case Way::Kind::codes:
            break;
    }
    return "recovery codes";
}

/// Fills in what was asked; the loss of what is known.
Loss loss_of(const Graph& graph, const std::vector<std::string>& asked, LossReport& report) {
    Loss loss;
    for (const std::string& name : asked) {
        std::vector<std::string>& losing = report.losing;
        if (std::find(losing.begin(), losing.end(), name) != losing.end()) continue;
        losing.push_back(name);
        if (name == kVault) {
            loss.vault = VaultIs::lost;
        } else if (const auto channel = graph.find(name)) {
            loss.parts.push_back({*channel, name});
        } else {
            report.unknown.push_back(name);
        }
    }
    return loss;
}

}  // namespace

Result<std::string> parse_lost(std::string_view text) {
    if (fold(text) == kVault) return std::string(kVault);
    return normalize_identity(text);
}

std::vector<std::string> open_ways(const Graph& graph, Node item, const Standing& standing) {
    std::vector<std::string> texts;
    for (const Way& way : ways_in(graph, item)) {
        if (strength_of(graph, item, way, standing) == Strength::closed) continue;
        texts.push_back(way_text(graph, item, way, standing));
    }
    return texts;
}

bool is_at_risk(const Graph& graph, Node item, const Standing& before, const Standing& after) {
    if (after.of(item) != Strength::weak) return false;
    const std::vector<Way> ways = ways_in(graph, item);
    return SPAREKEY_LEFT_OUT("lockout-untouched") ||
           std::any_of(ways.begin(), ways.end(), [&](const Way& way) {
               return strength_of(graph, item, way, after) < strength_of(graph, item, way, before);
           });
}

LossReport lose(const Graph& graph, const std::vector<std::string>& asked) {
    LossReport report;
    const Loss loss = loss_of(graph, asked, report);
    std::vector<Node> channels;
    for (const Loss::Part& part : loss.parts) channels.push_back(part.channel);
    const Standing before(graph, VaultIs::kept);
    Standing after(graph, loss.vault);
    after.lose(channels);
    const Chains chains(graph, before, after, loss);
    for (Node item = 0; item < graph.item_count(); ++item) {
        if (before.of(item) == Strength::closed) {
            ++report.no_way_in;
        } else if (after.of(item) == Strength::closed) {
            report.lost.push_back({item, chains.of(item), {}});
        } else if (is_at_risk(graph, item, before, after)) {
            report.at_risk.push_back({item, chains.of(item), open_ways(graph, item, after)});
        } else {
            ++report.safe;
        }
    }
    return report;
}

}  // namespace sparekey::core
