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

}  // namespace

ItemState restamp(const ItemState& ours, const ItemState& theirs, const DeviceId& device,
                  const InHistory& in_history) {
    ItemState stamped = ours.clone();
    if (SPAREKEY_LEFT_OUT("new-stamps")) return stamped;
    Context seen = ours.context;
    seen.add(theirs.context);
    for (Field& field : stamped.fields) {
        const Register* const known = theirs.find(field.key);
        for (Dot& dot : field.dots) {
            const bool is_covered = dot.stamp.device == device && theirs.context.covers(dot.stamp);
            if (!is_covered || has(known, dot) || in_history(field.key, dot)) continue;
            dot.stamp.at = next_instant(0, seen.highest());
            seen.add(dot.stamp);
            stamped.context.add(dot.stamp);
        }
        std::sort(field.dots.begin(), field.dots.end(), comes_before);
    }
    return stamped;
}

}  // namespace sparekey::core
