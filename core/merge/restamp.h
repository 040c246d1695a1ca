// Of a device that was restored from a backup, or of two copies of one: what it wrote since may
// carry stamps that it had used before, and then a context covers values that nobody who has it has
// seen.
#pragma once

#include "core/model/item_state.h"

#include <functional>

namespace sparekey::core {

/// Whether the history holds this value of the field, under this stamp.
using InHistory = std::function<bool(const FieldKey&, const Dot&)>;

/// `ours` as it can be merged with `theirs`: values of `device` that `theirs` covers, though they
/// are neither in it nor in the history, are stamped anew, later than anything that either has
/// seen; and values of `device` in `theirs` that the result covers, though they were never here,
/// are in it. Pure.
ItemState restamp(const ItemState& ours, const ItemState& theirs, const DeviceId& device,
                  const InHistory& in_history);

}  // namespace sparekey::core
