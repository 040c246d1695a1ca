#include "core/merge/restamp.h"

#include "core/base/mutant.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// They have the very value, under the very stamp.
bool has(const Register* dots, const Dot& dot) {
    return dots != nullptr && std::any_of(dots->begin(), dots->end(),
                                          [&](const Dot& other) { return identical(other, dot); });
}

bool has_stamp(const Register* dots, const Stamp& stamp) {
    return dots != nullptr && std::any_of(dots->begin(), dots->end(),
                                          [&](const Dot& dot) { return dot.stamp == stamp; });
}

/// Values of ours that nobody has seen get stamps that nobody has seen.
void stamp_anew(ItemState& ours, const ItemState& theirs, const DeviceId& device,
                const InHistory& in_history) {
    Context seen = ours.context;
    seen.add(theirs.context);
    for (Field& field : ours.fields) {
        const Register* const known = theirs.find(field.key);
        for (Dot& dot : field.dots) {
            const bool is_covered = dot.stamp.device == device && theirs.context.covers(dot.stamp);
            if (!is_covered || has(known, dot) || in_history(field.key, dot)) continue;
            // There is no later stamp: the account's value holds.
            if (seen.highest() >= kLastInstant) continue;
            dot.stamp.at = next_instant(0, seen.highest());
            seen.add(dot.stamp);
            ours.context.add(dot.stamp);
        }
        std::sort(field.dots.begin(), field.dots.end(), comes_before);
    }
}

Register& dots_of(ItemState& state, const FieldKey& key) {
    const auto at = std::lower_bound(
        state.fields.begin(), state.fields.end(), key,
        [](const Field& field, const FieldKey& wanted) { return field.key < wanted; });
    const bool present = at != state.fields.end() && at->key == key;
    return present ? at->dots : state.fields.insert(at, Field{key, {}})->dots;
}

/// A deletion of ours that this value was not seen by ends.
void take_out_of_trash(ItemState& ours, const ItemState& theirs, const Dot& dot) {
    std::erase_if(ours.trash, [&](const TrashMark& mark) {
        const bool is_theirs =
            std::find(theirs.trash.begin(), theirs.trash.end(), mark) != theirs.trash.end();
        return !is_theirs && mark.context.covers(dot.stamp);
    });
}

/// Values of theirs that are not here, though our context covers them, and that we did not remove:
/// there would be history of that.
void adopt_unseen(ItemState& ours, const ItemState& theirs, const DeviceId& device,
                  const InHistory& in_history) {
    if (SPAREKEY_LEFT_OUT("adopt-unseen")) return;
    for (const Field& field : theirs.fields) {
        for (const Dot& dot : field.dots) {
            const bool is_covered = dot.stamp.device == device && ours.context.covers(dot.stamp);
            if (!is_covered || has_stamp(ours.find(field.key), dot.stamp)) continue;
            if (in_history(field.key, dot)) continue;
            Register& dots = dots_of(ours, field.key);
            dots.push_back(dot.clone());
            std::sort(dots.begin(), dots.end(), comes_before);
            take_out_of_trash(ours, theirs, dot);
        }
    }
}

}  // namespace

ItemState restamp(const ItemState& ours, const ItemState& theirs, const DeviceId& device,
                  const InHistory& in_history) {
    ItemState stamped = ours.clone();
    if (!SPAREKEY_LEFT_OUT("new-stamps")) stamp_anew(stamped, theirs, device, in_history);
    adopt_unseen(stamped, theirs, device, in_history);
    return stamped;
}

}  // namespace sparekey::core
