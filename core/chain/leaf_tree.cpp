#include "core/chain/leaf_tree.h"

#include <algorithm>

namespace sparekey::core {
namespace {

bool id_is_less(const Leaf& leaf, const RecordId& record) {
    return leaf.id < record;
}

}  // namespace

LeafTree::LeafTree() : nodes_(2 * kBuckets) {
    for (std::uint32_t node = kTopNode; node < nodes_.size(); ++node) {
        nodes_[node] = empty_node(node);
    }
}

LeafTree::LeafTree(std::span<const Leaf> leaves) : LeafTree() {
    std::set<std::uint32_t> touched;
    for (const Leaf& leaf : leaves) {
        put(leaf);
        touched.insert(bucket_node(bucket_of(leaf.id)));
    }
    rehash(std::move(touched));
}

std::optional<std::uint64_t> LeafTree::version(const RecordId& record) const {
    const auto found = buckets_.find(bucket_of(record));
    if (found == buckets_.end()) return std::nullopt;
    const Bucket& bucket = found->second;
    const auto at = std::lower_bound(bucket.begin(), bucket.end(), record, id_is_less);
    if (at == bucket.end() || at->id != record) return std::nullopt;
    return at->version;
}

void LeafTree::apply(std::span<const RecordChange> changes) {
    std::set<std::uint32_t> touched;
    for (const RecordChange& change : changes) {
        if (change.blob) {
            put({change.id, change.version, *change.blob});
        } else {
            remove(change.id);
        }
        touched.insert(bucket_node(bucket_of(change.id)));
    }
    rehash(std::move(touched));
}

std::vector<Leaf> LeafTree::leaves() const {
    std::vector<Leaf> all;
    all.reserve(count_);
    for (const auto& [number, bucket] : buckets_) {
        all.insert(all.end(), bucket.begin(), bucket.end());
    }
    return all;
}

void LeafTree::put(const Leaf& leaf) {
    Bucket& bucket = buckets_[bucket_of(leaf.id)];
    const auto at = std::lower_bound(bucket.begin(), bucket.end(), leaf.id, id_is_less);
    if (at != bucket.end() && at->id == leaf.id) {
        *at = leaf;
        return;
    }
    bucket.insert(at, leaf);
    ++count_;
}

void LeafTree::remove(const RecordId& record) {
    const auto found = buckets_.find(bucket_of(record));
    if (found == buckets_.end()) return;
    Bucket& bucket = found->second;
    const auto at = std::lower_bound(bucket.begin(), bucket.end(), record, id_is_less);
    if (at == bucket.end() || at->id != record) return;
    bucket.erase(at);
    if (bucket.empty()) buckets_.erase(found);
    --count_;
}

/// `nodes` are of one level; works upwards from it, each node once.
void LeafTree::rehash(std::set<std::uint32_t> nodes) {
    for (const std::uint32_t node : nodes) {
        const auto found = buckets_.find(node - kBuckets);
        nodes_[node] = found == buckets_.end() ? empty_node(node) : bucket_hash(found->second);
    }
    while (!nodes.empty() && *nodes.begin() != kTopNode) {
        std::set<std::uint32_t> parents;
        for (const std::uint32_t node : nodes) parents.insert(node / 2);
        for (const std::uint32_t node : parents) {
            nodes_[node] = node_hash(nodes_[2 * node], nodes_[2 * node + 1]);
        }
        nodes = std::move(parents);
    }
}

}  // namespace sparekey::core
