#include "storage/store/tree.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace sparekey::storage {
namespace {

/// The smallest id of a bucket; that of the one after the last is longer than any id.
core::Bytes lower_end(std::uint32_t bucket) {
    if (bucket == core::kBuckets) return core::Bytes(core::RecordId::kSize + 1, 0xff);
    return {static_cast<std::uint8_t>(bucket >> 4), static_cast<std::uint8_t>(bucket << 4)};
}

core::Hash hash_in(core::ByteView bytes) {
    core::Hash hash{};
    if (bytes.size() != hash.size()) throw CorruptDatabase("vault.db: a hash has a wrong size");
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

}  // namespace

std::uint64_t weight(const StoredLeaf& row) {
    std::uint64_t id = 0, blob = 0;
    std::memcpy(&id, row.leaf.id.bytes.data(), sizeof id);
    std::memcpy(&blob, row.leaf.blob.data(), sizeof blob);
    // Odd constants of the xxHash family: a change of one part is one of the sum.
    std::uint64_t mixed = id * 0x9e3779b185ebca87U + blob;
    mixed = mixed * 0xc2b2ae3d27d4eb4fU + row.leaf.version;
    mixed = mixed * 0x165667b19e3779f9U + static_cast<std::uint64_t>(row.seq);
    return mixed * 0x85ebca77c2b2ae63U + static_cast<std::uint64_t>(row.type);
}

Tree::Tree(Database& database)
    : get_(database, "SELECT hash FROM merkle WHERE node = ?1"),
      put_(database, "INSERT OR REPLACE INTO merkle(node, hash) VALUES(?1, ?2)"),
      leaves_(database,
              "SELECT id, version, hash, seq, type FROM record_ids "
              "WHERE id >= ?1 AND id < ?2 ORDER BY id") {}

core::Hash Tree::node(std::uint32_t node) {
    get_.bind(1, std::int64_t{node});
    const core::Hash hash = get_.step() ? hash_in(get_.bytes(0)) : core::empty_node(node);
    get_.reset();
    return hash;
}

void Tree::put(std::uint32_t node, const core::Hash& hash) {
    put_.bind(1, std::int64_t{node}).bind(2, core::ByteView(hash)).run();
}

core::Hash Tree::computed_bucket(std::uint32_t bucket, const OnLeaf& visit) {
    const core::Bytes from = lower_end(bucket);
    const core::Bytes to = lower_end(bucket + 1);
    leaves_.bind(1, core::ByteView(from)).bind(2, core::ByteView(to));
    std::vector<core::Leaf> leaves;
    while (leaves_.step()) {
        const auto id = core::RecordId::from_bytes(leaves_.bytes(0));
        if (!id) throw CorruptDatabase("vault.db: a record id has a wrong size");
        leaves.push_back(
            {*id, static_cast<std::uint64_t>(leaves_.integer(1)), hash_in(leaves_.bytes(2))});
        if (visit) visit({leaves.back(), leaves_.integer(3), leaves_.integer(4)});
    }
    leaves_.reset();
    return core::bucket_hash(leaves);
}

core::Hash Tree::top() {
    return node(core::kTopNode);
}

void Tree::update(const std::set<std::uint32_t>& buckets, const OnLeaf& visit) {
    std::set<std::uint32_t> level;
    for (const std::uint32_t bucket : buckets) {
        put(core::bucket_node(bucket), computed_bucket(bucket, visit));
        level.insert(core::bucket_node(bucket) / 2);
    }
    while (!level.empty()) {
        std::set<std::uint32_t> above;
        for (const std::uint32_t parent : level) {
            put(parent, core::node_hash(node(2 * parent), node(2 * parent + 1)));
            if (parent > core::kTopNode) above.insert(parent / 2);
        }
        level = std::move(above);
    }
}

bool Tree::leads(std::uint32_t bucket, core::Hash hash, const core::Hash& top) {
    for (std::uint32_t at = core::bucket_node(bucket); at > core::kTopNode; at /= 2) {
        const core::Hash sibling = node(at ^ 1);
        hash = at % 2 == 0 ? core::node_hash(hash, sibling) : core::node_hash(sibling, hash);
    }
    return hash == top;
}

}  // namespace sparekey::storage
