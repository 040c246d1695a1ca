// What becomes of every item when identities, devices or the vault are lost (docs/LOCKOUT.md,
// "Answers").
#pragma once

#include "core/base/result.h"
#include "core/lockout/chains.h"

namespace sparekey::core {

/// What `lose` takes: an identity, `device:NAME` or `vault`, in its one spelling. ErrorCode::usage
/// naming the form for anything else.
Result<std::string> parse_lost(std::string_view text);

struct Affected {
    Node item = 0;
    std::vector<Chain> chains;
    std::vector<std::string> left;  // the ways in that are not closed: of what is at risk
};

struct LossReport {
    std::vector<std::string> losing;   // all that was asked, each once
    std::vector<std::string> unknown;  // of those, what nothing in the vault names
    std::vector<Affected> lost;
    std::vector<Affected> at_risk;
    std::size_t safe = 0;
    std::size_t no_way_in = 0;
};

/// All of `asked` is one loss; each as parse_lost() gives it.
LossReport lose(const Graph& graph, const std::vector<std::string>& asked);

/// Weak after a loss that took from one of its ways in.
bool is_at_risk(const Graph& graph, Node item, const Standing& before, const Standing& after);

/// The ways in that are not closed, for people: "password + device:pixel", "recovery codes" …
std::vector<std::string> open_ways(const Graph& graph, Node item, const Standing& standing);

}  // namespace sparekey::core
