// How strong each node of the lockout graph is (docs/LOCKOUT.md, "Strength"): with all that a
// person has, and once a part of it is lost. The least fixed point of the rules: what only holds
// itself up is closed.
//
// Each of the rules asks either whether something is not closed, or whether it is firm, and firm
// asks of the second factors only whether they are closed. So the fixed point is two
// reachabilities, one after the other.
#pragma once

#include "core/lockout/graph.h"
#include "core/lockout/reach.h"

namespace sparekey::core {

enum class Strength : std::uint8_t { closed, weak, firm };
/// Lost: every copy of the vault and its Emergency Kit.
enum class VaultIs : std::uint8_t { kept, lost };

/// The reachability of Strength::weak and better.
Network open_network(const Graph& graph, VaultIs vault);

class Standing {
  public:
    /// `graph` has to outlive it.
    Standing(const Graph& graph, VaultIs vault);

    Strength of(Node node) const { return strength_[node]; }
    VaultIs vault() const { return vault_; }
    /// These are lost as well, instead of what the last lose() named: at the cost of what hangs on
    /// them.
    void lose(std::span<const Node> channels);
    /// What is weaker by the last lose(); each once.
    const std::vector<Node>& fallen() const { return fallen_; }
    /// How many of the item's second factors are not closed, its recovery codes as one more.
    std::size_t open_factors(Node item) const;

  private:
    Network firm_network() const;
    std::vector<Node> unsettled_passwords(std::span<const Node> closed) const;

    const Graph& graph_;
    VaultIs vault_;
    std::vector<Strength> strength_;
    Reach open_;
    Reach firm_;
    std::vector<Node> fallen_;
    std::vector<Strength> before_;  // of those
};

/// One way into an account.
struct Way {
    enum class Kind : std::uint8_t { password, sign_in, recovery, codes };
    Kind kind = Kind::password;
    Node through = 0;  // of sign_in and recovery
};
/// In this order: password, sign_in_with, recovers_via, recovery codes. None but of an account.
std::vector<Way> ways_in(const Graph& graph, Node item);
Strength strength_of(const Graph& graph, Node item, const Way& way, const Standing& standing);
/// A password that asks for a code from outside of the vault.
bool asks_outside(const Graph& graph, Node item);

}  // namespace sparekey::core
