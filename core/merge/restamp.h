// Of a device that was restored from a backup: what it wrote since may carry stamps that it had
// used before, and then the account's context covers values that nobody has ever seen.
#pragma once

#include "core/model/item_state.h"

#include <functional>

namespace sparekey::core {

/// Whether the history holds this value of the field, under this stamp.
using InHistory = std::function<bool(const FieldKey&, const Dot&)>;

/// `ours`, in which the values of `device` that `theirs` covers, though they are neither in it nor
/// in the history, are stamped anew: later than anything that either has seen. Pure.
ItemState restamp(const ItemState& ours, const ItemState& theirs, const DeviceId& device,
                  const InHistory& in_history);

}  // namespace sparekey::core
