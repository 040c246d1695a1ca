// Facts that a vault lacks and seems to show: proposed to a person, never noted by themselves. A
// wrong fact says "safe" of what is not (decision 18), so nothing is proposed that a person could
// not answer at once, and no is remembered.
#pragma once

#include "core/lockout/graph.h"

namespace sparekey::core {

/// What is read of an item for that, beside its facts.
struct Sighting {
    std::string username;
    std::vector<std::string> hosts;  // of its addresses, lower case
};

struct Suggestion {
    Node item = 0;
    NamedLink::Kind kind = NamedLink::Kind::recovery;
    std::string identity;  // in its one spelling
    std::string because;   // for people: "it is the user name"
};

/// `sightings` by item. In the order in which they are best asked: what holds an identity, then who
/// has no way in, then recovery; each as the items come. What not_suggested names is left out.
std::vector<Suggestion> suggest(const Graph& graph, const std::vector<Sighting>& sightings);

/// What `not_suggested` says of it: "recovers_via email:alice@post.example".
std::string remark_of(const Suggestion& suggestion);
/// Instead: nothing is proposed for this item.
inline constexpr std::string_view kNothingSuggested = "*";
/// "sign_in_with", "recovers_via", "identity", "second_factor".
std::string_view fact_name(NamedLink::Kind kind);

}  // namespace sparekey::core
