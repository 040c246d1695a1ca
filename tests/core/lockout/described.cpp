#include "tests/core/lockout/described.h"

#include "core/model/identity.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

std::string joined(const std::vector<std::string>& texts, const std::string& between) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : between) + text;
    return all;
}

std::vector<std::string> split(std::string text, const std::string& between) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; (at = text.find(between)) != std::string::npos;) {
        parts.push_back(text.substr(0, at));
        text.erase(0, at + between.size());
    }
    if (!text.empty()) parts.push_back(text);
    return parts;
}

void take(Facts& facts, const std::string& fact) {
    using Kind = NamedLink::Kind;
    struct Verb {
        std::string begins;
        Kind kind;
    };
    for (const Verb& verb : {Verb{"signs in ", Kind::sign_in}, Verb{"recovers ", Kind::recovery},
                             Verb{"factor ", Kind::second_factor}, Verb{"holds ", Kind::holds}}) {
        if (!fact.starts_with(verb.begins)) continue;
        const auto identity = normalize_identity(fact.substr(verb.begins.size()));
        REQUIRE(identity);
        facts.links.push_back({verb.kind, *identity});
        return;
    }
    facts.has_password = facts.has_password || fact == "password";
    facts.has_seed = facts.has_seed || fact == "seed";
    if (fact == "codes") ++facts.recovery_codes;
    facts.is_account = facts.is_account && fact != "kept";
}

std::string titles(const Graph& graph, const std::vector<Affected>& hits) {
    std::vector<Node> items;
    for (const Affected& hit : hits) items.push_back(hit.item);
    return named(graph, items);
}

}  // namespace

Facts described(const std::string& text) {
    const std::vector<std::string> parts = split(text, ": ");
    Facts facts;
    facts.title = parts.front();
    if (parts.size() == 1) return facts;
    for (const std::string& fact : split(parts[1], ", ")) take(facts, fact);
    return facts;
}

Graph graph_of(const std::vector<std::string>& texts) {
    std::vector<Facts> items;
    for (const std::string& text : texts) items.push_back(described(text));
    return Graph(std::move(items));
}

std::string named(const Graph& graph, const std::vector<Node>& nodes) {
    std::vector<std::string> names;
    for (const Node node : nodes) names.push_back(graph.name(node));
    return joined(names, ", ");
}

std::string fate(const Graph& graph, const std::vector<std::string>& asked) {
    const LossReport report = lose(graph, asked);
    return "lost: " + titles(graph, report.lost) + "; at risk: " + titles(graph, report.at_risk) +
           "; safe: " + std::to_string(report.safe) +
           "; no way in: " + std::to_string(report.no_way_in);
}

std::string fate(const std::vector<std::string>& texts, const std::vector<std::string>& asked) {
    return fate(graph_of(texts), asked);
}

std::string first_chains(const Graph& graph, const std::vector<std::string>& asked) {
    const LossReport report = lose(graph, asked);
    const std::vector<Affected>& hits = report.lost.empty() ? report.at_risk : report.lost;
    REQUIRE(!hits.empty());
    std::vector<std::string> chains;
    for (const Chain& chain : hits.front().chains) chains.push_back(joined(chain, " > "));
    return joined(chains, " | ");
}

}  // namespace sparekey::core
