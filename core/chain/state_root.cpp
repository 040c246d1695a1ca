#include "core/chain/state_root.h"

#include "core/crypto/hash.h"

#include <bit>

namespace sparekey::core {
namespace {

constexpr std::size_t kLevels = 13;  // the top and the buckets included

std::array<std::uint8_t, 8> little_endian(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes;
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return bytes;
}

constexpr std::uint8_t kBucketTag[] = {0};
constexpr std::uint8_t kNodeTag[] = {1};
constexpr std::uint8_t kRootTag[] = {2};

}  // namespace

std::uint32_t bucket_of(const RecordId& id) {
    return (std::uint32_t{id.bytes[0]} << 4) | (std::uint32_t{id.bytes[1]} >> 4);
}

Hash bucket_hash(std::span<const Leaf> leaves) {
    Sha256 hash;
    hash.update(kBucketTag);
    for (const Leaf& leaf : leaves) {
        hash.update(leaf.id.bytes);
        hash.update(little_endian(leaf.version));
        hash.update(leaf.blob);
    }
    return hash.finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
    return sha256({kNodeTag, left, right});
}

Hash root_hash(std::uint64_t count, const Hash& top) {
    return sha256({kRootTag, little_endian(count), top});
}

const Hash& empty_node(std::uint32_t node) {
    // By level: 0 is the top, 12 the buckets.
    static const std::array<Hash, kLevels> hashes = [] {
        std::array<Hash, kLevels> made;
        made[kLevels - 1] = bucket_hash({});
        for (std::size_t level = kLevels - 1; level > 0; --level) {
            made[level - 1] = node_hash(made[level], made[level]);
        }
        return made;
    }();
    return hashes[static_cast<std::size_t>(std::bit_width(node)) - 1];
}

Hash top_of(std::span<const Hash> buckets) {
    std::vector<Hash> level(buckets.begin(), buckets.end());
    while (level.size() > 1) {
        for (std::size_t i = 0; 2 * i < level.size(); ++i) {
            level[i] = node_hash(level[2 * i], level[2 * i + 1]);
        }
        level.resize(level.size() / 2);
    }
    return level.front();
}

Hash state_root(std::span<const Leaf> leaves) {
    std::vector<Hash> buckets;
    std::size_t at = 0;
    for (std::uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
        const std::size_t first = at;
        while (at < leaves.size() && bucket_of(leaves[at].id) == bucket) ++at;
        buckets.push_back(bucket_hash(leaves.subspan(first, at - first)));
    }
    return root_hash(leaves.size(), top_of(buckets));
}

}  // namespace sparekey::core
