// What a commit says about records, held against the records: versions, blobs, the state root.
//
// Pure; the server and the clients share it. Errors are ErrorCode::integrity and name the commit.
#pragma once

#include "core/chain/commit.h"
#include "core/chain/leaf_tree.h"

#include <functional>

namespace sparekey::core {

/// The current version of a record; nothing if there is none.
using CurrentVersion = std::function<std::optional<std::uint64_t>(const RecordId&)>;

/// Each change's version is the record's last + 1; of a record that is not there any from 1 on,
/// but nothing can be removed that is not there.
Result<void> check_versions(const Commit& commit, const CurrentVersion& current);

/// `blobs` are those of the changes that have one, in their order, and have their hashes.
Result<void> check_blobs(const Commit& commit, std::span<const Bytes> blobs);

/// The state root after the commit is what it says.
Result<void> check_state_root(const Commit& commit, const Hash& root);

/// Applies `commit` to the records before it: versions, then the state root. After an error `tree`
/// is half changed, and to be thrown away.
Result<void> apply_commit(LeafTree& tree, const Commit& commit);

/// A whole account as a new device gets it: `leaves` in the order of their ids, in one pass.
Result<void> check_snapshot(std::span<const Leaf> leaves, const Hash& state_root);

}  // namespace sparekey::core
