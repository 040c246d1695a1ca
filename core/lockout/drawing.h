// What a picture of the lockout graph shows: boxes, and the ways in between them. Which boxes there
// are is decided here, where they are put is not.
//
// A vault of hundreds of items stays readable because items that are alike, by their ways in and by
// what becomes of them, are one box; alone stands what holds an identity, and, in a small vault,
// all that has a way in by way of somebody else.
#pragma once

#include "core/lockout/graph.h"

namespace sparekey::core {

struct Drawing {
    using Index = std::uint32_t;
    static constexpr Index kNotDrawn = ~Index{0};

    enum class Kind : std::uint8_t { account, kept, identity, mailbox, phone, device };
    enum class State : std::uint8_t {
        safe,          // of an identity: no single point
        weak,          // an item with nothing but recovery, or one second factor
        endangered,    // an item that a single point alone loses
        closed,        // nothing gets into it as it is
        single_point,  // an identity or device
    };
    struct Box {
        Kind kind = Kind::account;
        State state = State::safe;
        std::vector<Node> nodes;  // one, or the items that are drawn as one
        std::vector<Node> lost;  // items: with the loss of this identity, or of those that it holds
        std::vector<Node> at_risk;  // likewise
        std::vector<Node> threats;  // the single points that lose an item
    };
    struct Edge {
        Index from = 0;
        Index to = 0;
        NamedLink::Kind kind = NamedLink::Kind::sign_in;  // `holds`: from the item to the identity
    };

    std::vector<Box> boxes;  // identities and devices first
    std::vector<Edge> edges;
    std::vector<Index> box_of;  // by node
    /// So many single points take too little to be drawn: each item is in a box, but not all ways.
    std::size_t points_left_out = 0;
};

/// A vault of more items than this shows items that are alike as one.
inline constexpr std::size_t kMostDrawnSingly = 24;
/// With more boxes of items than this, all that are safe become one, without its ways in.
inline constexpr std::size_t kMostItemBoxes = 40;
/// With more than this even so, only the single points that lose the most are drawn, and the ways
/// by them.
inline constexpr std::size_t kMostBoxesOfAll = 160;

Drawing draw(const Graph& graph);

}  // namespace sparekey::core
