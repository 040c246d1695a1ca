#include "storage/store/item_reader.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"

namespace sparekey::storage {
namespace {

// A question waits for a piece at each of its steps: a third of a millisecond.
constexpr std::size_t kItemBucketsAtOnce = 16;
constexpr std::size_t kRecordsAtOnce = 32;

}  // namespace

ItemReader::ItemReader(VaultStore& store) : store_(store) {
    begin();
}

void ItemReader::begin() {
    head_ = store_.head();
    buckets_.clear();
    expected_.clear();
    read_to_ = 0;
    begun_ = false;
}

core::Result<bool> ItemReader::step(const std::function<void()>& begun, const Visit& visit) try {
    if (store_.head() != head_) begin();
    if (!begun_) {
        begun();
        begun_ = true;
    }
    if (buckets_.size() < core::kBuckets) return read_leaves();
    return read_records(visit);
} catch (const CorruptDatabase& failure) {
    return core::unexpected(damaged(failure.what()));
}

core::Result<bool> ItemReader::read_leaves() {
    for (std::size_t left = kItemBucketsAtOnce; left > 0 && buckets_.size() < core::kBuckets;
         --left) {
        const auto bucket = static_cast<std::uint32_t>(buckets_.size());
        buckets_.push_back(store_.computed_bucket(bucket, [this](const StoredLeaf& stored) {
            if (stored.type != static_cast<std::int64_t>(core::RecordType::item)) return;
            expected_[stored.seq] = {stored.leaf.id, stored.leaf.version, stored.leaf.blob};
        }));
    }
    if (buckets_.size() == core::kBuckets) SPAREKEY_CHECK(store_.check_buckets(buckets_));
    return false;
}

core::Result<bool> ItemReader::read_records(const Visit& visit) {
    core::Result<void> visited;
    const auto last = store_.each_item_after(
        read_to_, kRecordsAtOnce, [&](std::int64_t seq, core::Record&& record) {
            const auto expected = expected_.find(seq);
            const bool is_whole =
                expected != expected_.end() && (SPAREKEY_LEFT_OUT("item-reader-hash") ||
                                                core::sha256(record.blob) == expected->second.hash);
            if (!is_whole) throw CorruptDatabase("vault.db: a record is damaged");
            record.id = expected->second.id;
            record.version = expected->second.version;
            expected_.erase(expected);
            if (visited) visited = visit(record);
        });
    if (!visited) return core::unexpected(visited.error());
    if (last) {
        read_to_ = *last;
        return false;
    }
    if (!expected_.empty() && !SPAREKEY_LEFT_OUT("item-reader-completeness")) {
        throw CorruptDatabase("vault.db: records are missing");
    }
    return true;
}

}  // namespace sparekey::storage
