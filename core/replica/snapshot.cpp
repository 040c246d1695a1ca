#include "core/replica/snapshot.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/replica/arrival.h"

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

Unexpected wrong(std::string what) {
    return unexpected(ErrorCode::integrity, "the server is not believed: " + std::move(what));
}

}  // namespace

Result<bool> apply_snapshot(const ReplicaContext& context, const SnapshotPage& page, bool first) {
    SPAREKEY_TRY(AccountState state, require_account(context.store));
    SPAREKEY_TRY(const ChainHead head, chain_head(context.vault, state));
    if (state.stage != AccountStage::joining) return wrong("it sends a snapshot to a member");
    if (page.head != head.at) {
        return unexpected(ErrorCode::conflict, "the account went on meanwhile");
    }
    if (page.more && page.records.empty()) return wrong("it withholds records");
    if (first) begin_anew(context.store);
    std::vector<Arrival> arrivals;
    for (const RecordBlob& record : page.records) {
        const RecordChange change{record.id, record.version, sha256(record.blob)};
        SPAREKEY_TRY(Arrival arrival, plan_arrival(context, change, {[&](const RecordId& id) {
                                                       return id == record.id ? &record.blob
                                                                              : nullptr;
                                                   }}));
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
    if (page.more) return false;
    context.tree.read(context.store);
    if (!SPAREKEY_LEFT_OUT("snapshot-root") && context.tree.root() != head.state_root) {
        return wrong("its records are not those that the account's last commit says");
    }
    state.stage = AccountStage::in_use;
    const auto transaction = context.store.begin_sync();
    transaction->put_state(kAccountKey, encode(state));
    transaction->commit();
    context.tree.keep_up();
    return true;
}

}  // namespace sparekey::core
