#include "core/replica/account_tree.h"

#include <algorithm>

namespace sparekey::core {
namespace {

bool id_is_less(const Leaf& leaf, const RecordId& record) {
    return leaf.id < record;
}

std::optional<AccountRecord> record_of(const RecordChange& change) {
    if (!change.blob) return std::nullopt;
    return AccountRecord{change.version, *change.blob};
}

}  // namespace

void AccountTree::read(SyncStore& store) {
    store_ = &store;
    // A file that was opened again without a change has the same sequence.
    if (sequence_ == store.sequence()) return;
    buckets_.clear();
    nodes_.clear();
    count_ = store.record_count();
    std::vector<Difference> differences;
    store.each_difference([&](const Difference& difference) {
        differences.push_back(difference);
        return true;
    });
    std::set<std::uint32_t> touched;
    for (const Difference& difference : differences) {
        put(difference.id, difference.account);
        touched.insert(bucket_of(difference.id));
    }
    rehash(touched);
    sequence_ = store.sequence();
}

std::optional<AccountRecord> AccountTree::record(const RecordId& id) {
    const Bucket& leaves = bucket(bucket_of(id));
    const auto at = std::lower_bound(leaves.begin(), leaves.end(), id, id_is_less);
    if (at == leaves.end() || at->id != id) return std::nullopt;
    return AccountRecord{at->version, at->blob};
}

void AccountTree::apply(std::span<const RecordChange> changes) {
    std::set<std::uint32_t> touched;
    for (const RecordChange& change : changes) {
        put(change.id, record_of(change));
        touched.insert(bucket_of(change.id));
    }
    rehash(touched);
}

Hash AccountTree::root() {
    return root_hash(count_, node(kTopNode));
}

Hash AccountTree::root_after(std::span<const RecordChange> changes) {
    std::map<RecordId, std::optional<AccountRecord>> before;
    for (const RecordChange& change : changes) before.emplace(change.id, record(change.id));
    apply(changes);
    const Hash after = root();
    std::set<std::uint32_t> touched;
    for (const auto& [id, was] : before) {
        put(id, was);
        touched.insert(bucket_of(id));
    }
    rehash(touched);
    return after;
}

AccountTree::Bucket& AccountTree::bucket(std::uint32_t bucket) {
    const auto held = buckets_.find(bucket);
    if (held != buckets_.end()) return held->second;
    return buckets_.emplace(bucket, store_->bucket(bucket)).first->second;
}

Hash AccountTree::node(std::uint32_t node) {
    const auto held = nodes_.find(node);
    if (held != nodes_.end()) return held->second;
    return nodes_.emplace(node, store_->node(node)).first->second;
}

void AccountTree::put(const RecordId& id, const std::optional<AccountRecord>& record) {
    Bucket& leaves = bucket(bucket_of(id));
    const auto at = std::lower_bound(leaves.begin(), leaves.end(), id, id_is_less);
    const bool present = at != leaves.end() && at->id == id;
    if (present && record) {
        *at = {id, record->version, record->blob};
    } else if (present) {
        leaves.erase(at);
        --count_;
    } else if (record) {
        leaves.insert(at, {id, record->version, record->blob});
        ++count_;
    }
}

void AccountTree::rehash(const std::set<std::uint32_t>& buckets) {
    std::set<std::uint32_t> level;
    for (const std::uint32_t touched : buckets) {
        nodes_[bucket_node(touched)] = bucket_hash(bucket(touched));
        level.insert(bucket_node(touched) / 2);
    }
    while (!level.empty()) {
        std::set<std::uint32_t> above;
        for (const std::uint32_t parent : level) {
            nodes_[parent] = node_hash(node(2 * parent), node(2 * parent + 1));
            if (parent > kTopNode) above.insert(parent / 2);
        }
        level = std::move(above);
    }
}

Result<void> apply_commit(AccountTree& tree, const Commit& commit) {
    SPAREKEY_CHECK(
        check_versions(commit, [&](const RecordId& record) -> std::optional<std::uint64_t> {
            const auto known = tree.record(record);
            return known ? std::optional(known->version) : std::nullopt;
        }));
    tree.apply(commit.changes);
    return check_state_root(commit, tree.root());
}

}  // namespace sparekey::core
