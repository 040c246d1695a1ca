#include "sync/server/service/commit_reader.h"

#include "core/chain/commit.h"
#include "core/chain/roster.h"

namespace sparekey::sync {
namespace {

core::Result<CommitContent> read_commit(ByteView bytes) {
    SPAREKEY_TRY(const core::SignedCommit signed_commit, core::decode_signed_commit(bytes));
    SPAREKEY_TRY(const core::Commit commit, core::decode_commit(signed_commit.bytes));
    CommitContent content;
    content.account = commit.vault;
    content.n = commit.n;
    content.hash = core::commit_hash(signed_commit);
    content.previous = commit.previous;
    for (const core::RecordChange& change : commit.changes) {
        Change stored;
        stored.id = change.id;
        stored.version = change.version;
        stored.hash = change.blob.value_or(Hash{});
        content.changes.push_back(std::move(stored));
    }
    return content;
}

core::Result<std::vector<ListedDevice>> read_roster(ByteView bytes) {
    SPAREKEY_TRY(const core::SignedRoster signed_roster, core::decode_signed_roster(bytes));
    SPAREKEY_TRY(const core::Roster roster, core::decode_roster(signed_roster.bytes));
    std::vector<ListedDevice> listed;
    for (const core::RosterDevice& device : roster.devices) {
        listed.push_back({device.id(), device.signing(), device.box()});
    }
    return listed;
}

}  // namespace

ContentReader content_reader() {
    return {read_commit, read_roster};
}

}  // namespace sparekey::sync
