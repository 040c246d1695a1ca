// What a commit says about records, held against the records.
#include "core/chain/records_check.h"

#include "core/crypto/hash.h"
#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;

const RecordId kFirst{{1}};
const RecordId kSecond{{2}};

Commit commit_of(std::vector<RecordChange> changes) {
    Commit commit;
    commit.changes = std::move(changes);
    return commit;
}

/// The account has kFirst in version 7, and nothing else.
Result<void> versions(RecordChange change) {
    return check_versions(commit_of({change}),
                          [](const RecordId& record) -> std::optional<std::uint64_t> {
                              if (record == kFirst) return 7;
                              return std::nullopt;
                          });
}

}  // namespace

TEST_CASE("a version is the last one plus one, of a new record any",
          "[core][chain][mutant:record-version]") {
    CHECK(versions({kFirst, 8, Hash{}}));
    CHECK(versions({kFirst, 8, std::nullopt}));
    CHECK(versions({kSecond, 1, Hash{}}));
    CHECK(versions({kSecond, 41, Hash{}}));
    CHECK_FALSE(versions({kFirst, 7, Hash{}}));
    CHECK_FALSE(versions({kFirst, 9, Hash{}}));
    CHECK_FALSE(versions({kFirst, 1, std::nullopt}));
    CHECK_FALSE(versions({kSecond, 1, std::nullopt}));
}

TEST_CASE("each blob has the hash that the commit says", "[core][chain][mutant:blob-hash]") {
    const Bytes one{1};
    const Bytes two{2, 2};
    const Commit commit = commit_of({{kFirst, 1, sha256(one)}, {kSecond, 1, sha256(two)}});
    CHECK(check_blobs(commit, std::vector<Bytes>{one, two}));
    CHECK_FALSE(check_blobs(commit, std::vector<Bytes>{two, one}));
    CHECK_FALSE(check_blobs(commit, std::vector<Bytes>{one, one}));
}

TEST_CASE("no blob is missing, and none is over", "[core][chain]") {
    const Bytes blob{1};
    const Commit commit = commit_of({{kFirst, 1, sha256(blob)}, {kSecond, 2, std::nullopt}});
    CHECK(check_blobs(commit, std::vector<Bytes>{blob}));
    CHECK_FALSE(check_blobs(commit, {}));
    CHECK_FALSE(check_blobs(commit, std::vector<Bytes>{blob, blob}));
}

TEST_CASE("a commit whose state root is not that of the records is refused",
          "[core][chain][mutant:state-root]") {
    SeededRandom random;
    TestAccount account(random);
    LeafTree tree;
    for (int i = 0; i < 10; ++i) {
        account.change_records(random);
        Commit commit = *decode_commit(account.commits().back().bytes);
        LeafTree copy = tree;
        commit.state_root[5] ^= 1;
        const auto refused = apply_commit(copy, commit);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::integrity);
        commit.state_root[5] ^= 1;
        REQUIRE(apply_commit(tree, commit));
    }
}

TEST_CASE("the tree that follows commits is the tree made in one pass", "[core][chain][property]") {
    SeededRandom random;
    TestAccount account(random);
    for (std::size_t round = 0; round < tests::count(300); ++round) {
        account.change_records(random);
        const auto leaves = account.tree().leaves();
        REQUIRE(leaves.size() == account.blobs().size());
        REQUIRE(state_root(leaves) == account.tree().root());
        REQUIRE(LeafTree(leaves).root() == account.tree().root());
        REQUIRE(check_snapshot(leaves, account.head().state_root));
    }
}

TEST_CASE("a snapshot that lacks, changes or adds a record is refused",
          "[core][chain][mutant:snapshot-root]") {
    SeededRandom random;
    TestAccount account(random);
    while (account.blobs().size() < 5) account.change_records(random);
    const auto leaves = account.tree().leaves();
    const Hash root = account.head().state_root;
    for (std::size_t at = 0; at < leaves.size(); ++at) {
        auto changed = leaves;
        ++changed[at].version;
        CHECK_FALSE(check_snapshot(changed, root));
        changed = leaves;
        changed[at].blob[0] ^= 1;
        CHECK_FALSE(check_snapshot(changed, root));
        changed = leaves;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
        CHECK_FALSE(check_snapshot(changed, root));
    }
}

TEST_CASE("a snapshot is in the order of its ids, and names none twice", "[core][chain]") {
    const Leaf one{kFirst, 1, {}};
    const Leaf two{kSecond, 1, {}};
    const Hash root = state_root(std::vector<Leaf>{one, two});
    CHECK(check_snapshot(std::vector<Leaf>{one, two}, root));
    CHECK_FALSE(check_snapshot(std::vector<Leaf>{two, one}, root));
    CHECK_FALSE(check_snapshot(std::vector<Leaf>{one, one}, root));
}

}  // namespace sparekey::core
