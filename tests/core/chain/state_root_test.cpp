// The state root against its definition, written out a second time and more simply.
#include "core/chain/state_root.h"

#include "core/crypto/hash.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <map>

namespace sparekey::core {
namespace {

using tests::SeededRandom;

Hash plain_root(std::vector<Leaf> leaves) {
    std::sort(leaves.begin(), leaves.end(),
              [](const Leaf& left, const Leaf& right) { return left.id < right.id; });
    std::vector<Bytes> buckets(4096, Bytes{0});
    for (const Leaf& leaf : leaves) {
        Bytes& bucket = buckets[leaf.id.bytes[0] * 16u + leaf.id.bytes[1] / 16u];
        bucket.insert(bucket.end(), leaf.id.bytes.begin(), leaf.id.bytes.end());
        for (int i = 0; i < 8; ++i) {
            bucket.push_back(static_cast<std::uint8_t>(leaf.version >> (8 * i)));
        }
        bucket.insert(bucket.end(), leaf.blob.begin(), leaf.blob.end());
    }
    std::vector<Hash> level;
    for (const Bytes& bucket : buckets) level.push_back(sha256(bucket));
    while (level.size() > 1) {
        std::vector<Hash> above;
        for (std::size_t i = 0; i < level.size(); i += 2) {
            above.push_back(sha256({Bytes{1}, level[i], level[i + 1]}));
        }
        level = std::move(above);
    }
    Bytes count{2};
    for (int i = 0; i < 8; ++i) {
        count.push_back(static_cast<std::uint8_t>(std::uint64_t{leaves.size()} >> (8 * i)));
    }
    return sha256({count, level.front()});
}

std::vector<Leaf> random_leaves(SeededRandom& random, std::size_t count) {
    std::map<RecordId, Leaf> unique;
    while (unique.size() < count) {
        Leaf leaf{RecordId::random(random), 1 + random.below(100), random.bytes<32>()};
        unique[leaf.id] = leaf;
    }
    std::vector<Leaf> leaves;
    for (const auto& [id, leaf] : unique) leaves.push_back(leaf);
    return leaves;
}

}  // namespace

TEST_CASE("the state root is what DESIGN section 6 says", "[core][chain][property]") {
    SeededRandom random;
    for (const std::size_t count : {0U, 1U, 2U, 17U, 5000U}) {
        const auto leaves = random_leaves(random, count);
        CHECK(state_root(leaves) == plain_root(leaves));
    }
}

TEST_CASE("every change of a leaf changes the root", "[core][chain][property]") {
    SeededRandom random;
    const auto leaves = random_leaves(random, 300);
    const Hash root = state_root(leaves);
    for (std::size_t round = 0; round < tests::count(200); ++round) {
        auto changed = leaves;
        const std::size_t at = random.below(changed.size());
        switch (random.below(4)) {
            case 0:
                ++changed[at].version;
                break;
            case 1:
                changed[at].blob[random.below(32)] ^= 1;
                break;
            case 2:
                changed[at].id.bytes[15] ^= 1;
                break;
            default:
                changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
        }
        CHECK(state_root(changed) != root);
    }
}

}  // namespace sparekey::core
