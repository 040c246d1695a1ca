// Whether the search index is the records' own, in one pass over each: every entry is of its
// record's own version and place, every item has one, and the records are those of the state root.
// An index page that was put back shows here, whatever it holds.
//
// First every entry(), then next_buckets() until it is done. Both may be spread over time, as long
// as nothing changes in between.
#pragma once

#include "core/ports/record_store.h"
#include "storage/store/tree.h"

#include <vector>

namespace sparekey::storage {

class IndexCheck {
  public:
    explicit IndexCheck(Tree& tree) : tree_(tree) {}

    void entry(const core::RecordId& id, std::int64_t seq, std::int64_t revision);
    /// Looks at so many more; true when it was the last.
    bool next_buckets(std::size_t count);
    /// At the end, and whatever came before: throws CorruptDatabase.
    void require_whole(const core::Hash& top) const;

  private:
    struct Entry {
        core::RecordId id;
        std::int64_t seq = 0;
        std::int64_t revision = 0;

        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    void compare(const StoredLeaf& stored);

    Tree& tree_;
    std::vector<Entry> entries_;
    std::size_t compared_ = 0;
    bool stale_ = false;
    std::vector<core::Hash> buckets_;
};

}  // namespace sparekey::storage
