// The tree of the state root in memory: leaves that follow commits.
//
// A value: copy it to try something. About 90 bytes a record and 260 KB for the nodes. The local
// store keeps the same tree in its database (storage/store/tree.h).
#pragma once

#include "core/chain/commit.h"
#include "core/chain/state_root.h"

#include <map>
#include <set>

namespace sparekey::core {

class LeafTree {
  public:
    /// No records.
    LeafTree();
    /// `leaves` in any order, none twice.
    explicit LeafTree(std::span<const Leaf> leaves);

    std::optional<std::uint64_t> version(const RecordId& record) const;
    /// Puts and removes leaves; costs a bucket and at most twelve nodes a change.
    void apply(std::span<const RecordChange> changes);
    Hash root() const { return root_hash(count_, nodes_[kTopNode]); }
    std::size_t count() const { return count_; }
    /// In the order of their ids.
    std::vector<Leaf> leaves() const;

  private:
    using Bucket = std::vector<Leaf>;  // sorted by id
    void put(const Leaf& leaf);
    void remove(const RecordId& record);
    void rehash(std::set<std::uint32_t> nodes);

    std::map<std::uint32_t, Bucket> buckets_;  // those that are not empty: what a copy costs
    std::vector<Hash> nodes_;  // 1 … 2·kBuckets − 1, as core/chain/state_root.h numbers them
    std::size_t count_ = 0;
};

}  // namespace sparekey::core
