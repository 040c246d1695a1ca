// The Merkle root over all live records (DESIGN section 6): what makes a rollback visible.
//
// Leaves are sorted by id into 4096 buckets by the first 12 bits; a bucket is H(00 ‖ leaves), a
// node H(01 ‖ left ‖ right), the root H(02 ‖ count ‖ top), with SHA-256. Nodes are numbered as in a
// heap: 1 is the top, 4096…8191 are the buckets, so a change costs one bucket and twelve nodes.
#pragma once

#include "core/model/ids.h"

#include <span>
#include <vector>

namespace sparekey::core {

struct Leaf {
    RecordId id;
    std::uint64_t version = 0;
    Hash blob{};  // SHA-256 of the record's blob

    friend bool operator==(const Leaf&, const Leaf&) = default;
};

inline constexpr std::uint32_t kBuckets = 4096;
inline constexpr std::uint32_t kTopNode = 1;

/// 0 … 4095: the first 12 bits of the id.
std::uint32_t bucket_of(const RecordId& id);
inline std::uint32_t bucket_node(std::uint32_t bucket) {
    return kBuckets + bucket;
}

/// `leaves` are those of one bucket, sorted by id.
Hash bucket_hash(std::span<const Leaf> leaves);
Hash node_hash(const Hash& left, const Hash& right);
Hash root_hash(std::uint64_t count, const Hash& top);

/// The node over all buckets; `buckets` are kBuckets hashes.
Hash top_of(std::span<const Hash> buckets);

/// The hash of a node below which there is no leaf.
const Hash& empty_node(std::uint32_t node);

/// The whole tree in one pass; `leaves` sorted by id without repetition.
Hash state_root(std::span<const Leaf> leaves);

}  // namespace sparekey::core
