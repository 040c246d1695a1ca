// Vaults as short texts, for the tests of the lockout graph.
#pragma once

#include "core/lockout/loss.h"

#include <string>
#include <vector>

namespace sparekey::core {

/// "Mail: holds email:al@post.example, signs in google:al@x.example, password": a login with facts
/// from `password, seed, codes, signs in ID, recovers ID, factor ID, holds ID`; `kept` is a note.
Facts described(const std::string& text);
Graph graph_of(const std::vector<std::string>& texts);

/// "lost: Mail, Forum; at risk: GitHub; safe: 1; no way in: 0" after losing `asked` at once.
std::string fate(const Graph& graph, const std::vector<std::string>& asked);
std::string fate(const std::vector<std::string>& texts, const std::vector<std::string>& asked);

/// "google:al@x.example > Mail | …": the chains of the first item that was hit.
std::string first_chains(const Graph& graph, const std::vector<std::string>& asked);

std::string named(const Graph& graph, const std::vector<Node>& nodes);

}  // namespace sparekey::core
