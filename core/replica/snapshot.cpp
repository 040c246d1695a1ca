#include "core/replica/snapshot.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/replica/arrival.h"
#include "core/replica/reseed.h"

#include <algorithm>

namespace sparekey::core {
namespace {

/// The records that came with a snapshot, as far as they were not changed here.
std::vector<RecordId> unchanged(SyncStore& store) {
    std::vector<RecordId> came;
    for (std::uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
        for (const Leaf& leaf : store.bucket(bucket)) {
            if (!store.difference(leaf.id)) came.push_back(leaf.id);
        }
    }
    return came;
}

std::set<RecordId> changed_here(SyncStore& store) {
    std::set<RecordId> changed;
    store.each_difference([&](const Difference& difference) {
        changed.insert(difference.id);
        return true;
    });
    return changed;
}

/// A part of an item that was changed here.
bool belongs_to(const std::set<RecordId>& changed, SyncStore& store, const RecordId& id) {
    if (changed.empty() || SPAREKEY_LEFT_OUT("snapshot-parts")) return false;
    const auto record = store.load(id);
    return record && record->parent && changed.count(*record->parent) != 0;
}

/// What came with a snapshot that was broken off goes; what was changed here meanwhile stays, with
/// its history and its attachments, and of the account nothing is known any more. What was
/// destroyed meanwhile comes anew.
void begin_anew(SyncStore& store) {
    const std::set<RecordId> changed = changed_here(store);
    std::set<RecordId> stays = changed;
    std::vector<RecordId> goes;
    for (const RecordId& id : unchanged(store)) {
        if (belongs_to(changed, store, id)) {
            stays.insert(id);
        } else {
            goes.push_back(id);
        }
    }
    const auto transaction = store.begin_sync();
    for (const RecordId& id : goes) transaction->remove_from_account(id);
    for (const RecordId& id : stays) {
        if (store.contains(id)) {
            transaction->set_difference({id, std::nullopt, true});
        } else {
            transaction->clear_difference(id);
        }
    }
    transaction->commit();
}

/// All that is here is held against the account's records, and stays: of a snapshot that was broken
/// off, what it brought is ours by now.
void hold_all_anew(SyncStore& store) {
    const auto transaction = store.begin_sync();
    transaction->differ_in_nothing();
    transaction->differ_in_all();
    transaction->commit();
}

/// The very version that a removed device wrote.
bool is_evidence(const std::optional<Reseed>& reseed, const Arrival& arrival) {
    if (!reseed || arrival.outcome == Outcome::same) return false;
    const auto& records = reseed->by_removed;
    const auto at =
        std::ranges::lower_bound(records, arrival.change.id, std::less<>(), &RecordVersion::id);
    return at != records.end() && at->id == arrival.change.id &&
           at->version == arrival.change.version;
}

void count(const Arrival& arrival, SnapshotTaken& taken) {
    if (arrival.outcome == Outcome::taken || arrival.outcome == Outcome::merged) ++taken.pulled;
    if (arrival.outcome == Outcome::merged) ++taken.merged;
}

Unexpected wrong(std::string what) {
    return unexpected(ErrorCode::integrity, "the server is not believed: " + std::move(what));
}

}  // namespace

Result<SnapshotTaken> apply_snapshot(const ReplicaContext& context, const SnapshotPage& page,
                                     bool first) {
    SPAREKEY_TRY(AccountState state, require_account(context.store));
    SPAREKEY_TRY(const ChainHead head, chain_head(context.vault, state));
    const bool is_reseeding = state.stage == AccountStage::reseeding;
    if (state.stage != AccountStage::joining && !is_reseeding) {
        return wrong("it sends a snapshot to a member");
    }
    if (page.head != head.at) {
        return unexpected(ErrorCode::conflict, "the account went on meanwhile");
    }
    if (page.more && page.records.empty()) return wrong("it withholds records");
    if (first) is_reseeding ? hold_all_anew(context.store) : begin_anew(context.store);
    SPAREKEY_TRY(const auto reseed, read_reseed(context.store, kReseedKey));
    SnapshotTaken taken;
    std::vector<Arrival> arrivals;
    for (const RecordBlob& record : page.records) {
        const RecordChange change{record.id, record.version, sha256(record.blob)};
        Company company{
            [&](const RecordId& id) { return id == record.id ? &record.blob : nullptr; }};
        company.restored = state.restored;
        SPAREKEY_TRY(Arrival arrival, plan_arrival(context, change, company));
        if (is_evidence(reseed, arrival)) {
            keep(arrival);
            taken.refused.push_back(record.id);
        }
        count(arrival, taken);
        arrivals.push_back(std::move(arrival));
    }
    {
        const auto transaction = context.store.begin_sync();
        for (Arrival& arrival : arrivals) {
            SPAREKEY_CHECK(write_arrival(context, arrival, *transaction));
        }
        transaction->commit();
    }
    context.tree.forget();
    if (page.more) return taken;
    context.tree.read(context.store);
    if (!SPAREKEY_LEFT_OUT("snapshot-root") && context.tree.root() != head.state_root) {
        return wrong("its records are not those that the account's last commit says");
    }
    state.stage = AccountStage::in_use;
    if (is_reseeding) state.restored = false;
    const auto transaction = context.store.begin_sync();
    transaction->remove_state(kReseedKey);
    transaction->put_state(kAccountKey, encode(state));
    transaction->commit();
    context.tree.keep_up();
    taken.whole = true;
    return taken;
}

}  // namespace sparekey::core
