// A copy of an item's state that an edit writes into; each write and each removal takes a stamp.
#pragma once

#include "core/merge/edit.h"

namespace sparekey::core {

class Draft {
  public:
    Draft(const ItemState& state, const Edit& edit) : Draft(state.clone(), edit) {}
    Draft(ItemState&& state, const Edit& edit) : state_(std::move(state)), edit_(edit) {}

    const ItemState& state() const { return state_; }
    ItemState take() && { return std::move(state_); }
    std::vector<FieldKey> keys_of(FieldKind kind) const;

    /// Nothing happens if `value` is the one value that the field has already.
    void set(const FieldKey& key, Value value);
    /// Nothing happens if the field is absent.
    void remove(const FieldKey& key);
    void mark_trashed();
    void clear_trash();
    /// Of the `totp` that the draft has now; never lowered.
    void raise_counter(std::uint64_t value);

  private:
    Stamp next_stamp();

    ItemState state_;
    Edit edit_;
};

}  // namespace sparekey::core
