// Edits of an item, as pure functions from one state to the next, by way of the merge.
//
// Every value written and every removal takes one stamp: the larger of now and the item's highest,
// plus one step. What an edit replaces is in `dropped`, as after a merge. An edit that changes
// nothing takes no stamp and returns an identical state.
#pragma once

#include "core/merge/merge.h"
#include "core/model/item.h"

namespace sparekey::core {

struct Edit {
    std::uint64_t now_ms;
    DeviceId device;
};

/// A new item from a patch (which needs a title), or the same item changed by it.
/// Fields that differ in nothing are left alone. A patched field with conflicts is settled by it.
/// ErrorCode::usage as core/model/limits.h.
Result<MergeResult> create_item(const ItemPatch& patch, const Edit& edit);
Result<MergeResult> apply_patch(const ItemState& state, const ItemPatch& patch, const Edit& edit);

/// Into the trash and out of it. Already there: an identical state.
MergeResult put_in_trash(const ItemState& state, const Edit& edit);
MergeResult restore(const ItemState& state, const Edit& edit);

enum class Keep { current, other };
/// Settles one field's conflict: `current` writes the shown value anew, `other` the newest of the
/// others. ErrorCode::not_found if the field has no conflict.
Result<MergeResult> resolve(const ItemState& state, const FieldKey& key, Keep keep,
                            const Edit& edit);

/// Writes `value` as the only value of `key`: for `history --revert`.
MergeResult set_value(const ItemState& state, const FieldKey& key, const Value& value,
                      const Edit& edit);

}  // namespace sparekey::core
