// The state root's tree as rows: updates one bucket and its twelve ancestors a change, and checks a
// record's bucket against the root.
#pragma once

#include "core/chain/state_root.h"
#include "storage/sqlite/statement.h"

#include <functional>
#include <set>

namespace sparekey::storage {

/// A row of record_ids.
struct StoredLeaf {
    core::Leaf leaf;
    std::int64_t seq = 0;
    std::int64_t type = 0;
};
using OnLeaf = std::function<void(const StoredLeaf&)>;

/// Summed over a bucket, it tells whether its rows are those that were written there. No defence
/// against forged rows, of which there are none: SQLCipher authenticates each page.
std::uint64_t weight(const StoredLeaf& row);

class Tree {
  public:
    explicit Tree(Database& database);

    /// Recomputes these buckets from record_ids and every node above them; each of their rows is
    /// shown to `visit`.
    void update(const std::set<std::uint32_t>& buckets, const OnLeaf& visit);
    /// The bucket's hash, as computed_bucket() gives it, leads over the stored nodes to `top`:
    /// false if a page of record_ids or of them was put back.
    bool leads(std::uint32_t bucket, core::Hash hash, const core::Hash& top);
    core::Hash top();
    core::Hash node(std::uint32_t node);
    /// Computed anew from its records, each of which is shown to `visit`, by id.
    core::Hash computed_bucket(std::uint32_t bucket, const OnLeaf& visit = {});

  private:
    void put(std::uint32_t node, const core::Hash& hash);

    Statement get_;
    Statement put_;
    Statement leaves_;
};

}  // namespace sparekey::storage
