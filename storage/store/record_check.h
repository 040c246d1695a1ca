// Every item, history record and attachment of a vault opened and decoded, as `doctor` and
// `backup --verify` do, in pieces: so that whoever asks something meanwhile does not wait for it.
//
// Items are read in one pass over the file; loading each by its id costs many times as much.
#pragma once

#include "core/vault/vault.h"
#include "storage/store/item_reader.h"

namespace sparekey::storage {

class RecordCheck {
  public:
    using OnItem = std::function<void(const core::Item& item)>;

    /// Both outlive it, and `vault` is that of `store`.
    RecordCheck(core::Vault& vault, VaultStore& store);

    /// One piece, a millisecond unless an attachment is in it; true when it was the last. `begun`
    /// is called before the first item, and again when all items are shown anew, since the store
    /// was changed. ErrorCode::integrity at the first record that is not as it was written.
    core::Result<bool> step(const std::function<void()>& begun, const OnItem& on_item);
    /// Items and histories that were read, and that there are: 0 before the first was.
    std::size_t done() const { return items_ + histories_; }
    std::size_t total() const { return total_; }

  private:
    core::Result<void> read_items(const std::function<void()>& begun, const OnItem& on_item);
    core::Result<core::Item> read_item(const core::Record& record);
    core::Result<void> read_histories();

    core::Vault& vault_;
    VaultStore& store_;
    ItemReader reader_;
    bool items_read_ = false;
    std::vector<core::RecordId> with_history_;
    std::size_t items_ = 0;
    std::size_t histories_ = 0;
    std::size_t total_ = 0;
};

/// The whole check at once. ErrorCode::integrity as above.
core::Result<void> check_records(core::Vault& vault, VaultStore& store);

}  // namespace sparekey::storage
