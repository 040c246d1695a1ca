// The state root's tree over what the account holds, at the head that this vault knows: the store's
// own tree with the differences undone, brought forward by commits in memory.
//
// Costs what differs and what a commit changes, whatever the size of the vault.
#pragma once

#include "core/chain/records_check.h"
#include "core/ports/sync_store.h"

#include <map>

namespace sparekey::core {

class AccountTree {
  public:
    /// Reads the differences, unless it holds what `store` has now. `store` outlives what follows.
    void read(SyncStore& store);
    /// A transaction was committed that made the differences those of this tree.
    void keep_up() { sequence_ = store_->sequence(); }
    /// The last transaction on `store` touched no record.
    void follow(SyncStore& store) {
        if (sequence_ && *sequence_ + 1 == store.sequence()) sequence_ = store.sequence();
    }
    /// Read anew the next time.
    void forget() { sequence_.reset(); }

    std::optional<AccountRecord> record(const RecordId& id);
    void apply(std::span<const RecordChange> changes);
    Hash root();
    /// root() after `changes`, which are not applied.
    Hash root_after(std::span<const RecordChange> changes);

  private:
    using Bucket = std::vector<Leaf>;  // sorted by id
    Bucket& bucket(std::uint32_t bucket);
    Hash node(std::uint32_t node);
    void put(const RecordId& id, const std::optional<AccountRecord>& record);
    void rehash(const std::set<std::uint32_t>& buckets);

    SyncStore* store_ = nullptr;
    std::optional<std::uint64_t> sequence_;
    std::map<std::uint32_t, Bucket> buckets_;  // those that differ from the store's, and some more
    std::map<std::uint32_t, Hash> nodes_;
    std::uint64_t count_ = 0;
};

/// Forgets a tree at its end, also if something is thrown, unless it has what was committed.
class TreeGuard {
  public:
    explicit TreeGuard(AccountTree& tree) : tree_(&tree) {}
    ~TreeGuard() {
        if (tree_ != nullptr) tree_->forget();
    }
    TreeGuard(const TreeGuard&) = delete;
    TreeGuard& operator=(const TreeGuard&) = delete;
    void keep() { tree_ = nullptr; }

  private:
    AccountTree* tree_;
};

/// As apply_commit() of core/chain/records_check.h. After an error the tree is to be forgotten.
Result<void> apply_commit(AccountTree& tree, const Commit& commit);

}  // namespace sparekey::core
