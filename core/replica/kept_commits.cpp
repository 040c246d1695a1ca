#include "core/replica/kept_commits.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"

#include <algorithm>

namespace sparekey::core {
namespace {

std::string key_of(std::uint64_t n) {
    return "commit/" + std::to_string(n);
}

std::uint64_t first_kept(std::uint64_t head) {
    return head > kKeptCommits ? head - kKeptCommits + 1 : 1;
}

std::size_t size_of(const std::vector<Bytes>& blobs) {
    std::size_t size = 0;
    for (const Bytes& blob : blobs) size += blob.size();
    return size;
}

std::optional<PushRequest> read_kept(SyncStore& store, std::uint64_t n) {
    const auto bytes = store.state(key_of(n));
    if (!bytes) return std::nullopt;
    auto request = decode_push_request(*bytes);
    return request ? std::optional(*std::move(request)) : std::nullopt;
}

bool brings_one_of(const PushRequest& request, const std::vector<RecordId>& sorted) {
    const auto commit = decode_commit(request.commit.bytes);
    return commit && std::ranges::any_of(commit->changes, [&](const RecordChange& change) {
               return change.blob && std::ranges::binary_search(sorted, change.id);
           });
}

/// What the account has destroyed lies in no commit that is kept.
void forget_blobs_of(SyncStore& store, std::uint64_t n, const std::vector<RecordId>& sorted,
                     SyncTransaction& transaction) {
    for (std::uint64_t at = first_kept(n); at < n; ++at) {
        auto kept = read_kept(store, at);
        if (!kept || kept->blobs.empty() || !brings_one_of(*kept, sorted)) continue;
        kept->blobs.clear();
        transaction.put_state(key_of(at), encode(*kept));
    }
}

std::vector<RecordId> removed_by(const SignedCommit& signed_commit) {
    std::vector<RecordId> removed;
    const auto commit = decode_commit(signed_commit.bytes);
    if (!commit) return removed;
    for (const RecordChange& change : commit->changes) {
        if (!change.blob) removed.push_back(change.id);
    }
    return removed;  // a commit's changes are sorted by id
}

/// Those of the commit, from among what was kept with it and the records that are here.
std::optional<std::vector<Bytes>> blobs_of(const ReplicaContext& context, const Commit& commit,
                                           const std::vector<Bytes>& kept) {
    std::vector<Bytes> blobs;
    auto next = kept.begin();
    for (const RecordChange& change : commit.changes) {
        if (!change.blob) continue;
        if (next != kept.end() && sha256(*next) == *change.blob) {
            blobs.push_back(*next++);
            continue;
        }
        const auto leaf = context.store.leaf(change.id);
        if (!leaf || leaf->blob != *change.blob) return std::nullopt;
        auto record = context.store.load(change.id);
        if (!record) return std::nullopt;
        blobs.push_back(std::move(record->blob));
    }
    return blobs;
}

/// Slots and keyring that the roster names: as they were kept, or as they still are.
std::optional<RosterParts> parts_of(const ReplicaContext& context, const SignedRoster& signed_by,
                                    const std::optional<RosterParts>& kept) {
    const auto roster = decode_roster(signed_by.bytes);
    const auto fit = [&](const RosterParts& parts) {
        return roster && sha256(parts.slots) == roster->slots &&
               sha256(parts.keyring) == roster->keyring;
    };
    if (kept && fit(*kept)) return kept;
    return fit(context.parts) ? std::optional(context.parts) : std::nullopt;
}

}  // namespace

void keep_commit(SyncStore& store, std::uint64_t n, PushRequest request,
                 SyncTransaction& transaction) {
    if (size_of(request.blobs) > kMostKeptBlobs) request.blobs.clear();
    const std::vector<RecordId> removed = removed_by(request.commit);
    if (!removed.empty() && !SPAREKEY_LEFT_OUT("kept-removed")) {
        forget_blobs_of(store, n, removed, transaction);
    }
    transaction.put_state(key_of(n), encode(request));
}

void drop_old_commits(std::uint64_t after, std::uint64_t n, SyncTransaction& transaction) {
    for (std::uint64_t at = first_kept(after); at < first_kept(n); ++at) {
        transaction.remove_state(key_of(at));
    }
}

void drop_kept_commits(std::uint64_t n, SyncTransaction& transaction) {
    for (std::uint64_t at = first_kept(n); at <= n; ++at) transaction.remove_state(key_of(at));
}

std::optional<SignedCommit> kept_commit(SyncStore& store, std::uint64_t n) {
    auto kept = read_kept(store, n);
    return kept ? std::optional(std::move(kept->commit)) : std::nullopt;
}

Result<std::optional<PushRequest>> kept_push(const ReplicaContext& context,
                                             const ChainPoint& after) {
    const std::optional<PushRequest> nothing;
    auto kept = read_kept(context.store, after.n + 1);
    if (!kept) return nothing;
    SPAREKEY_TRY(const Commit commit, decode_commit(kept->commit.bytes));
    if (commit.previous != after.hash && !SPAREKEY_LEFT_OUT("kept-place")) return nothing;
    auto blobs = blobs_of(context, commit, kept->blobs);
    if (!blobs) return nothing;
    kept->blobs = *std::move(blobs);
    if (commit.new_roster) {
        kept->parts = parts_of(context, *commit.new_roster, kept->parts);
        if (!kept->parts) return nothing;
    }
    return kept;
}

Result<void> settle_kept(SyncStore& store, const PushAnswer& answer) {
    SPAREKEY_TRY(AccountState state, require_account(store));
    const auto kept = kept_commit(store, answer.at.n);
    if (!kept || commit_hash(*kept) != answer.at.hash) {
        return unexpected(ErrorCode::integrity,
                          "the server acknowledges another commit than it was sent");
    }
    // Its log came back from the backup too, which a person has confirmed.
    state.audit = answer.audit;
    const auto transaction = store.begin_sync();
    transaction->put_state(kAccountKey, encode(state));
    transaction->commit();
    return {};
}

}  // namespace sparekey::core
