#include "storage/store/index_check.h"

#include "core/base/mutant.h"

#include <algorithm>

namespace sparekey::storage {

void IndexCheck::entry(const core::RecordId& id, std::int64_t seq, std::int64_t revision) {
    entries_.push_back({id, seq, revision});
}

bool IndexCheck::next_buckets(std::size_t count) {
    if (buckets_.empty()) std::sort(entries_.begin(), entries_.end());
    for (; count > 0 && buckets_.size() < core::kBuckets; --count) {
        const auto bucket = static_cast<std::uint32_t>(buckets_.size());
        buckets_.push_back(
            tree_.computed_bucket(bucket, [this](const StoredLeaf& stored) { compare(stored); }));
    }
    return buckets_.size() == core::kBuckets;
}

/// Both sides come by id.
void IndexCheck::compare(const StoredLeaf& stored) {
    if (stored.type != static_cast<std::int64_t>(core::RecordType::item)) return;
    const Entry wanted{stored.leaf.id, stored.seq, static_cast<std::int64_t>(stored.leaf.version)};
    const bool same = compared_ < entries_.size() && entries_[compared_] == wanted;
    if (!same && !SPAREKEY_LEFT_OUT("index-completeness")) stale_ = true;
    ++compared_;
}

void IndexCheck::require_whole(const core::Hash& top) const {
    if (buckets_.size() != core::kBuckets || core::top_of(buckets_) != top) {
        throw CorruptDatabase("vault.db: its records are not those of its last change");
    }
    if (stale_ || compared_ != entries_.size()) {
        throw CorruptDatabase("vault.db: its search index is older than its records");
    }
}

}  // namespace sparekey::storage
