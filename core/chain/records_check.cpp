#include "core/chain/records_check.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"

#include <algorithm>
#include <string>

namespace sparekey::core {
namespace {

Unexpected broken(const Commit& commit, std::string_view rule) {
    return unexpected(ErrorCode::integrity,
                      "commit " + std::to_string(commit.n) + " is refused: " + std::string(rule));
}

bool version_follows(const RecordChange& change, const std::optional<std::uint64_t>& last) {
    if (last) return change.version == *last + 1;
    return change.blob.has_value();
}

}  // namespace

Result<void> check_versions(const Commit& commit, const CurrentVersion& current) {
    for (const RecordChange& change : commit.changes) {
        if (!SPAREKEY_LEFT_OUT("record-version") && !version_follows(change, current(change.id))) {
            return broken(commit, "the version of record " + change.id.text() +
                                      " does not follow the last one");
        }
    }
    return {};
}

Result<void> check_blobs(const Commit& commit, std::span<const Bytes> blobs) {
    std::size_t at = 0;
    for (const RecordChange& change : commit.changes) {
        if (!change.blob) continue;
        if (at == blobs.size()) return broken(commit, "a blob is missing");
        if (!SPAREKEY_LEFT_OUT("blob-hash") && sha256(blobs[at]) != *change.blob) {
            return broken(commit, "the blob of record " + change.id.text() + " is another");
        }
        ++at;
    }
    if (at != blobs.size()) return broken(commit, "there are more blobs than changes");
    return {};
}

Result<void> check_state_root(const Commit& commit, const Hash& root) {
    if (!SPAREKEY_LEFT_OUT("state-root") && root != commit.state_root) {
        return broken(commit, "the records after it are not those that it says");
    }
    return {};
}

Result<void> apply_commit(LeafTree& tree, const Commit& commit) {
    SPAREKEY_CHECK(
        check_versions(commit, [&](const RecordId& record) { return tree.version(record); }));
    tree.apply(commit.changes);
    return check_state_root(commit, tree.root());
}

Result<void> check_snapshot(std::span<const Leaf> leaves, const Hash& root) {
    const auto out_of_order = [](const Leaf& left, const Leaf& right) {
        return !(left.id < right.id);
    };
    if (std::adjacent_find(leaves.begin(), leaves.end(), out_of_order) != leaves.end()) {
        return unexpected(ErrorCode::integrity, "the account's records are out of order");
    }
    if (!SPAREKEY_LEFT_OUT("snapshot-root") && state_root(leaves) != root) {
        return unexpected(ErrorCode::integrity,
                          "the account's records are not those that its last commit says");
    }
    return {};
}

}  // namespace sparekey::core
