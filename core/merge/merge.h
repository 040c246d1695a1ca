// The merge of two states of one item (DESIGN section 4): pure, reads no clock; commutative,
// associative, idempotent; loses nothing, since what it drops is returned.
//
// Per stamp a replica is in one of three states: unseen (its context does not cover it), present,
// or removed (covered, absent). Merging takes the larger in the order unseen < present < removed,
// which is a lattice, so the laws hold by construction. Two different values under one stamp (a
// device restored from a backup) are both kept; so are the values of a field of which each side
// says that the other's were replaced, which no history of edits leads to: a device went on with
// an older state that a server from a backup gave it.
#pragma once

#include "core/model/item_state.h"

#include <vector>

namespace sparekey::core {

/// A value of an input that the result does not hold; its history record is due.
struct Dropped {
    FieldKey key;
    Dot dot;
};

struct MergeResult {
    ItemState state;
    std::vector<Dropped> dropped;  // sorted by key, then stamp
};

MergeResult merge(const ItemState& left, const ItemState& right);

/// A field with more than one distinct value.
struct Conflict {
    FieldKey key;
    Dot current;              // the one that shows
    std::vector<Dot> others;  // distinct from it and from each other, newest first
};
std::vector<Conflict> conflicts(const ItemState& state);

/// From `limit` bytes of encoded state on, losing conflict values leave the state, oldest first,
/// until it is smaller or none is left; they are in `dropped`. `size` measures a state. A state
/// without any comes back as it is, unmeasured.
MergeResult shed_conflicts(ItemState state, std::size_t limit,
                           std::size_t (*size)(const ItemState&));

}  // namespace sparekey::core
