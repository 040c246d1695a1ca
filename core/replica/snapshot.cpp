#include "core/replica/snapshot.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "core/replica/arrival.h"
#include "core/replica/due_roster.h"
#include "core/replica/foresight.h"
#include "core/replica/late_blobs.h"
#include "core/replica/reseed.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace sparekey::core {
namespace {

/// Items that waited, in one transaction.
constexpr std::size_t kMostAtOnce = 1000;

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

/// What differs because of a change here, or else because it waits.
std::set<RecordId> differing(SyncStore& store, bool unsent) {
    std::set<RecordId> found;
    store.each_difference([&](const Difference& difference) {
        if (difference.unsent == unsent) found.insert(difference.id);
        return true;
    });
    return found;
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
    const std::set<RecordId> changed = differing(store, true);
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
    drop_late_blobs(store, *transaction);
    transaction->remove_state(kAwaitedKey);
    for (const RecordId& id : differing(store, false)) transaction->clear_difference(id);
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
    drop_late_blobs(store, *transaction);
    transaction->remove_state(kAwaitedKey);
    transaction->differ_in_nothing();
    transaction->differ_in_all();
    transaction->commit();
}

/// The very version that a removed device wrote.
bool is_by_removed(const Reseed& reseed, const RecordChange& change) {
    const auto& records = reseed.by_removed;
    const auto at = std::ranges::lower_bound(records, change.id, std::less<>(), &RecordVersion::id);
    return at != records.end() && at->id == change.id && at->version == change.version;
}

/// Nothing else has what a member entered: the item, which a member changed since the histories
/// parted, or a part of such an item that is not here. Of parts ours stay: they are never changed.
bool has_members_values(const Reseed& reseed, SyncStore& store, const Arrival& arrival) {
    if (SPAREKEY_LEFT_OUT("members-values")) return false;
    const RecordId& id = arrival.change.id;
    const bool is_here = store.contains(id);
    const bool is_item = arrival.row || arrival.both || arrival.outcome == Outcome::awaited;
    if (is_item && is_here && !store.index_row(id)) return false;
    if (is_item) return reseed.by_members.count(id) != 0;
    const auto& parent = arrival.record.parent;
    return parent && reseed.by_members.count(*parent) != 0 && !is_here;
}

/// Records of one snapshot on their way in.
class Intake {
  public:
    Intake(const ReplicaContext& context, const AccountState& state,
           const std::optional<Reseed>& reseed, const Permissions& permissions, const Toll& toll)
        : context_(context),
          restored_(state.restored),
          reseed_(reseed),
          permissions_(permissions),
          toll_(toll) {}

    /// In one transaction. If `more` are to come, an item waits until all its attachments are here.
    /// If too many would go, none is taken, and what was taken says so.
    Result<void> take(std::span<const RecordBlob> records, bool more);
    /// After the last ones.
    Result<void> take_waiting();
    /// Only counts what they take away, whatever is still to come.
    Result<void> foresee(std::span<const RecordBlob> records);
    SnapshotTaken& taken() { return taken_; }
    bool is_held() const { return taken_.held != 0; }

  private:
    Result<Arrival> plan(const RecordBlob& record, std::span<const RecordBlob> page, bool more);
    void count(const Arrival& arrival);

    const ReplicaContext& context_;
    const bool restored_;
    const std::optional<Reseed>& reseed_;
    const Permissions& permissions_;
    const Toll& toll_;
    SnapshotTaken taken_;
};

void Intake::count(const Arrival& arrival) {
    if (arrival.outcome == Outcome::taken || arrival.outcome == Outcome::merged) ++taken_.pulled;
    if (arrival.outcome == Outcome::merged) ++taken_.merged;
    if (arrival.takes_away) ++taken_.removed;
}

Result<Arrival> Intake::plan(const RecordBlob& record, std::span<const RecordBlob> page,
                             bool more) {
    const RecordChange change{record.id, record.version, sha256(record.blob)};
    Company company{
        [&](const RecordId& id) { return id == record.id ? &record.blob : find_blob(page, id); }};
    company.restored = restored_;
    company.lacks_parts = more;
    const bool is_doubtful = reseed_ && is_by_removed(*reseed_, change);
    auto planned = plan_arrival(context_, change, company);
    // What a removed device wrote as a newer program does not stop the others.
    const bool is_newer = !planned && planned.error().code == ErrorCode::conflict;
    if (!planned && !(is_doubtful && is_newer)) return planned;
    Arrival arrival;
    arrival.change = change;
    if (planned) arrival = *std::move(planned);
    if (is_doubtful && (!planned || arrival.outcome != Outcome::same)) {
        if (!planned || !has_members_values(*reseed_, context_.store, arrival)) {
            keep(arrival);
            taken_.refused.push_back(record.id);
        } else if (arrival.row || arrival.both) {
            const std::string item = record.id.text();
            taken_.news.push_back("item " + item +
                                  " was changed by a removed device and by another one: `sparekey "
                                  "history " +
                                  item + "` shows what there was");
        }
    }
    count(arrival);
    return arrival;
}

Result<void> Intake::take(std::span<const RecordBlob> records, bool more) {
    std::vector<Arrival> arrivals;
    for (const RecordBlob& record : records) {
        SPAREKEY_TRY(Arrival arrival, plan(record, records, more));
        arrivals.push_back(std::move(arrival));
    }
    taken_.held = held_deletion(context_, permissions_, toll_, taken_.removed);
    if (is_held()) return {};
    std::ranges::move(unreadable_news(arrivals), std::back_inserter(taken_.news));
    const auto transaction = context_.store.begin_sync();
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (arrivals[at].outcome == Outcome::awaited) {
            put_late_blob(records[at], *transaction);
        } else if (!more) {
            drop_late_blob(records[at].id, *transaction);
        }
        SPAREKEY_CHECK(write_arrival(context_, arrivals[at], *transaction));
    }
    transaction->commit();
    return {};
}

Result<void> Intake::take_waiting() {
    std::vector<RecordBlob> waiting;
    for (const Difference& difference : known_of_account(context_.store)) {
        if (auto blob = late_blob(context_.store, difference)) waiting.push_back(*std::move(blob));
        if (waiting.size() < kMostAtOnce) continue;
        SPAREKEY_CHECK(take(waiting, false));
        if (is_held()) return {};
        waiting.clear();
    }
    if (waiting.empty()) return {};
    return take(waiting, false);
}

Result<void> Intake::foresee(std::span<const RecordBlob> records) {
    for (const RecordBlob& record : records) SPAREKEY_CHECK(plan(record, records, false));
    return {};
}

Unexpected wrong_snapshot(std::string what) {
    return unexpected(ErrorCode::integrity, "the server is not believed: " + std::move(what));
}

/// Whether this page may come now.
Result<void> check_page(const AccountState& state, const ChainHead& head,
                        const SnapshotPage& page) {
    if (state.stage != AccountStage::joining && state.stage != AccountStage::reseeding) {
        return wrong_snapshot("it sends a snapshot to a member");
    }
    if (page.head != head.at) {
        return unexpected(ErrorCode::conflict, "the account went on meanwhile");
    }
    if (page.more && page.records.empty()) return wrong_snapshot("it withholds records");
    return {};
}

/// All records are here.
Result<void> finish(const ReplicaContext& context, AccountState state, const ChainHead& head) {
    context.tree.read(context.store);
    if (!SPAREKEY_LEFT_OUT("snapshot-root") && context.tree.root() != head.state_root) {
        return wrong_snapshot("its records are not those that the account's last commit says");
    }
    // With keys that had to be waited for, another roster may have come than was looked at.
    SPAREKEY_TRY(const auto due, due_roster(context.store, head));
    if (due && !SPAREKEY_LEFT_OUT("reseed-overtaken")) return overtaken();
    state.restored = false;
    state.stage = AccountStage::in_use;
    const auto transaction = context.store.begin_sync();
    transaction->remove_state(kReseedKey);
    forget_held_deletion(*transaction);
    transaction->put_state(kAccountKey, encode(state));
    transaction->commit();
    context.tree.keep_up();
    return {};
}

}  // namespace

Result<SnapshotTaken> apply_snapshot(const ReplicaContext& context, const SnapshotPage& page,
                                     bool first, const Permissions& permissions, const Toll& toll) {
    SPAREKEY_TRY(const AccountState state, require_account(context.store));
    SPAREKEY_TRY(const ChainHead head, chain_head(context.vault, state));
    SPAREKEY_CHECK(check_page(state, head, page));
    const bool is_reseeding = state.stage == AccountStage::reseeding;
    if (first) is_reseeding ? hold_all_anew(context.store) : begin_anew(context.store);
    SPAREKEY_TRY(const auto reseed, read_reseed(context.store, kReseedKey));
    Intake intake(context, state, reseed, permissions, toll);
    SPAREKEY_CHECK(intake.take(page.records, page.more));
    context.tree.forget();
    if (page.more || intake.is_held()) return std::move(intake.taken());
    SPAREKEY_CHECK(intake.take_waiting());
    if (intake.is_held()) return std::move(intake.taken());
    SPAREKEY_CHECK(finish(context, state, head));
    intake.taken().whole = true;
    return std::move(intake.taken());
}

Result<std::uint64_t> foresee_snapshot(const ReplicaContext& context, const SnapshotPage& page) {
    SPAREKEY_TRY(const AccountState state, require_account(context.store));
    SPAREKEY_TRY(const ChainHead head, chain_head(context.vault, state));
    SPAREKEY_CHECK(check_page(state, head, page));
    SPAREKEY_TRY(const auto reseed, read_reseed(context.store, kReseedKey));
    const Permissions all{true};
    const Toll none;
    Intake intake(context, state, reseed, all, none);
    SPAREKEY_CHECK(intake.foresee(page.records));
    return intake.taken().removed;
}

}  // namespace sparekey::core
