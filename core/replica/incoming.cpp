#include "core/replica/incoming.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/crypto/hash.h"
#include "core/replica/awaited.h"
#include "core/replica/exposure.h"
#include "core/replica/incoming_page.h"
#include "core/replica/kept_commits.h"
#include "core/replica/late_blobs.h"
#include "core/replica/outgoing.h"

#include <algorithm>
#include <iterator>

namespace sparekey::core {
namespace {

Unexpected wrong(std::string what, std::string hint = {}) {
    return unexpected(ErrorCode::integrity, "the server is not believed: " + std::move(what),
                      std::move(hint));
}

}  // namespace

Result<void> IncomingPage::follow(const SignedCommit& commit) {
    auto step = advance(head_, commit);
    if (!step) return parted(std::move(step).error(), commit);
    const bool is_rotation = step->head.roster.generation != head_.roster.generation;
    if (!is_joining() && !looks_ahead_) SPAREKEY_CHECK(apply_commit(context_.tree, step->commit));
    head_ = std::move(step->head);
    state_.commit = commit;
    const bool is_pending = pending_ && pending_->commit == commit;
    if (is_pending) {
        sent_ = step->commit.changes;
        taken_ = commit;
    }
    if (step->commit.device == context_.own && !is_pending && !state_.restored) {
        state_.restored = true;
        applied_.news.push_back(
            "the account has changes of this device that it does not know: it was restored from a "
            "backup, and catches up");
    }
    // Its place in the history is taken, by itself or by another.
    pending_.reset();
    if (step->commit.new_roster) {
        state_.roster = *step->commit.new_roster;
        rosters_.push_back({head_.roster, state_.roster, step->commit.time_ms});
        if (is_rotation) wait_for_keys_of(head_.roster);
    }
    // Until this device's roster is there, one that it removed may still write.
    if (reseed_ && !SPAREKEY_LEFT_OUT("writers-since")) {
        note_writers(step->commit, state_.devices, *reseed_);
    }
    for (RecordChange& change : step->commit.changes) pass(std::move(change));
    return {};
}

/// Unless they are here: the account was put back to before a rotation that this device knows, and
/// somebody gave it back.
void IncomingPage::wait_for_keys_of(const Roster& rotation) {
    const bool is_here = has_keys_of(context_.keyring, rotation) && !SPAREKEY_LEFT_OUT("keys-here");
    rotation_ = is_here ? std::nullopt : std::optional(rotation);
}

/// Of a history that does not follow, it is said what mends it.
Unexpected IncomingPage::parted(Error&& error, const SignedCommit& commit) const {
    const auto decoded = decode_commit(commit.bytes);
    const bool is_other =
        decoded && decoded->n == head_.at.n + 1 && decoded->previous != head_.at.hash;
    if (is_other) error.hint = kReseedHint;
    return unexpected(std::move(error));
}

/// Slots and keyring of the roster that the page ends with, and the keys of a rotation.
Result<void> IncomingPage::take_parts() {
    SPAREKEY_CHECK(pass_given_back());
    std::set<SlotId> taken;
    for (const Came& came : rosters_) {
        SPAREKEY_CHECK(note_taken_slots(context_, came.roster, taken));
    }
    SPAREKEY_TRY(state_.slots, add_taken_slots(context_, std::move(state_.slots), taken));
    if (!rosters_.empty()) {
        SPAREKEY_TRY(parts_, accept_parts(context_, state_, {head_.roster, rotation_}, page_.parts,
                                          applied_.at_head, applied_.news));
    }
    if (parts_ && parts_->keys) {
        take_keys(*parts_->keys, parts_->account);
        add_late_blobs();
    }
    // The server withholds them, or came back from between two rosters, of which it has the first
    // one's parts and sends them no more; after a rotation, its keys.
    const bool has_parts = parts_ || has_parts_of(state_, head_.roster);
    if (applied_.at_head && !has_parts) {
        if (is_due()) return overtaken();
        return wrong("it withholds the account's key slots and keyring", kReseedHint);
    }
    follow_rosters();
    return {};
}

void IncomingPage::take_keys(NewKeys& keys, const RosterParts& account) {
    new_sealer_.emplace(context_.vault, keys.keyring, context_.random);
    renewed_.emplace(ReplicaContext{context_.vault, keys.key, context_.own, context_.device,
                                    keys.keyring, *new_sealer_, context_.store, context_.tree,
                                    account, context_.clock, context_.random});
}

/// What came before its key comes with this page, unless a commit of the page changes the record:
/// the newer version's blob may be one that a later page has.
void IncomingPage::add_late_blobs() {
    if (is_joining()) return;
    for (RecordBlob& late : late_blobs(context_.store)) {
        RecordChange change{late.id, late.version, sha256(late.blob)};
        const bool is_last = changes_.try_emplace(late.id, std::move(change)).second;
        if (is_last) late_.push_back(std::move(late));
    }
}

/// Before the roster that is due is there, others may put rosters on the one that lists them.
void IncomingPage::leave_out_removed(Roster& roster) const {
    if (!is_due() || SPAREKEY_LEFT_OUT("due-removed")) return;
    std::erase_if(roster.devices, [&](const RosterDevice& listed) {
        return was_removed(state_.devices, listed.id());
    });
}

void IncomingPage::follow_rosters() {
    for (Came& came : rosters_) {
        leave_out_removed(came.roster);
        follow_devices(state_, context(), came.roster, came.at_ms, applied_.news);
    }
}

/// A device that was restored has sent what it takes for new.
void IncomingPage::pass(RecordChange&& change) {
    const auto here = context_.store.leaf(change.id);
    const bool is_here = here && here->version == change.version && change.blob == here->blob;
    if (is_here && !SPAREKEY_LEFT_OUT("sent-before")) went_through_.insert(change.id);
    if (!change.blob) destroyed_.insert(change.id);
    if (!is_joining()) changes_.insert_or_assign(change.id, std::move(change));
}

Result<void> IncomingPage::follow_chain() {
    if (page_.head.n < head_.at.n) {
        return wrong("it has lost commits that it had acknowledged (it is at " +
                         std::to_string(page_.head.n) + ", this device at " +
                         std::to_string(head_.at.n) + ")",
                     kReseedHint);
    }
    for (const SignedCommit& commit : page_.commits) SPAREKEY_CHECK(follow(commit));
    return check_end();
}

Result<void> IncomingPage::check_end() {
    if (head_.at.n > page_.head.n) return wrong("its commits go beyond its head");
    applied_.at_head = head_.at.n == page_.head.n;
    const bool is_head = head_.at.hash == page_.head.hash;
    if (!SPAREKEY_LEFT_OUT("pull-head") && applied_.at_head && !is_head) {
        return wrong("its history is another than the one that this device knows", kReseedHint);
    }
    if (!applied_.at_head && page_.commits.empty()) return wrong("it withholds commits");
    if (head_.roster.find(context_.own) == nullptr) {
        return unexpected(ErrorCode::refused, "this device was removed from the account",
                          "what is here stays, and can be read; sparekey --vault NAME login URL "
                          "joins anew, beside it");
    }
    return {};
}

bool IncomingPage::was_sent(const RecordChange& change) const {
    return std::find(sent_.begin(), sent_.end(), change) != sent_.end();
}

const Bytes* IncomingPage::blob_of(const RecordId& record) const {
    const Bytes* const here = find_blob(page_.blobs, record);
    return here != nullptr ? here : find_blob(late_, record);
}

/// Every blob is one that the commits name.
Result<void> IncomingPage::plan() {
    for (const RecordBlob& blob : page_.blobs) {
        const auto change = changes_.find(blob.id);
        const bool named = change != changes_.end() && change->second.version == blob.version &&
                           change->second.blob == sha256(blob.blob);
        if (!SPAREKEY_LEFT_OUT("pull-blob") && !named && !is_joining()) {
            return wrong("it sends a record that no commit names");
        }
    }
    const Company company{[&](const RecordId& id) { return blob_of(id); },
                          [&](const RecordChange& change) { return was_sent(change); },
                          [&](const RecordId& id) { return went_through_.count(id) != 0; },
                          state_.restored, head_.roster.epoch > context().keyring.epoch()};
    for (const auto& [id, change] : changes_) {
        SPAREKEY_TRY(Arrival arrival, plan_arrival(context(), change, company));
        arrivals_.push_back(std::move(arrival));
    }
    SPAREKEY_CHECK(keep_belongings());
    if (!applied_.at_head) return {};
    // While joining it has no records before the snapshot.
    if (!is_joining()) state_.restored = false;
    return check_awaited();
}

/// At the head every record has its blob. Of a snapshot that was broken off, items may still wait:
/// the next one has them.
Result<void> IncomingPage::check_awaited() {
    if (is_joining() || looks_ahead_) return {};
    const auto missing = [](const RecordId& id) {
        return wrong("it withholds record " + id.text(), kReseedHint);
    };
    for (const Arrival& arrival : arrivals_) {
        if (!SPAREKEY_LEFT_OUT("pull-complete") && arrival.outcome == Outcome::awaited) {
            return missing(arrival.change.id);
        }
    }
    for (const RecordId& id : awaited_) {
        const bool comes = changes_.count(id) != 0;
        if (!SPAREKEY_LEFT_OUT("awaited-changed") && !comes) return missing(id);
    }
    std::optional<RecordId> awaited;
    context_.store.each_difference([&](const Difference& difference) {
        const bool comes = changes_.count(difference.id) != 0;
        if (!difference.unsent && !comes && difference.account) awaited = difference.id;
        return !awaited;
    });
    if (!SPAREKEY_LEFT_OUT("pull-complete") && awaited) return missing(*awaited);
    return {};
}

void IncomingPage::count() {
    for (const Arrival& arrival : arrivals_) {
        const Outcome outcome = arrival.outcome;
        if (outcome == Outcome::taken || outcome == Outcome::merged || outcome == Outcome::gone) {
            ++applied_.pulled;
        }
        if (outcome == Outcome::merged) ++applied_.merged;
        if (arrival.takes_away) ++applied_.removed;
    }
    std::ranges::move(unreadable_news(arrivals_), std::back_inserter(applied_.news));
}

void IncomingPage::note_awaited(SyncTransaction& transaction) const {
    std::set<RecordId> awaited = awaited_;
    for (const Arrival& arrival : arrivals_) {
        if (arrival.outcome == Outcome::awaited) {
            awaited.insert(arrival.change.id);
        } else {
            awaited.erase(arrival.change.id);
        }
    }
    if (awaited != awaited_) put_awaited(awaited, transaction);
}

/// Those that wait for a key; of the others none is left.
void IncomingPage::keep_late_blobs(SyncTransaction& transaction) {
    for (const Arrival& arrival : arrivals_) {
        const RecordId& id = arrival.change.id;
        const Bytes* const blob = find_blob(page_.blobs, id);
        if (arrival.outcome == Outcome::awaited && blob != nullptr) {
            put_late_blob({id, arrival.change.version, *blob}, transaction);
        } else {
            drop_late_blob(id, transaction);
        }
    }
}

/// As it was pushed, as far as the page has it.
PushRequest IncomingPage::pushed(const SignedCommit& signed_commit) const {
    PushRequest request{signed_commit, {}, std::nullopt};
    const auto commit = decode_commit(signed_commit.bytes);
    if (!commit) return request;
    std::size_t bytes = 0;
    for (const RecordChange& change : commit->changes) {
        const Bytes* const blob = change.blob ? find_blob(page_.blobs, change.id) : nullptr;
        if (blob == nullptr || sha256(*blob) != *change.blob) continue;
        bytes += blob->size();
        if (bytes > kMostKeptBlobs) break;
        request.blobs.push_back(*blob);
    }
    if (commit->new_roster) request.parts = page_.parts;
    return request;
}

void IncomingPage::keep_commits(SyncTransaction& transaction) const {
    const std::uint64_t before = head_.at.n - page_.commits.size();
    drop_old_commits(before, head_.at.n, transaction);
    std::uint64_t n = before;
    for (const SignedCommit& commit : page_.commits) {
        ++n;
        if (head_.at.n - n >= kKeptCommits) continue;
        keep_commit(context_.store, n, pushed(commit), transaction);
    }
}

Result<void> IncomingPage::write() {
    const auto transaction = context_.store.begin_sync();
    // History before the items: a value that both sides replaced has its record only once.
    for (const bool items : {false, true}) {
        for (Arrival& arrival : arrivals_) {
            const bool is_item = arrival.row.has_value() || arrival.outcome == Outcome::merged;
            if (is_item != items) continue;
            SPAREKEY_CHECK(write_arrival(context(), arrival, *transaction));
        }
    }
    const bool dropped = drop_stray_parts(*transaction);
    if (rotation_) keep_late_blobs(*transaction);
    note_awaited(*transaction);
    keep_commits(*transaction);
    if (is_joining()) {
        // As if it had come with a snapshot: the next one has it, unless it is gone.
        for (const RecordId& id : went_through_) {
            transaction->clear_difference(id);
            drop_late_blob(id, *transaction);
        }
    }
    if (applied_.at_head && !is_joining()) forget_held_deletion(*transaction);
    if (taken_) SPAREKEY_CHECK(finish_exposure(context_.store, *taken_, *transaction));
    if (rotation_) transaction->put_state(kRotationKey, encode(*rotation_));
    if (parts_) write_parts(*parts_, state_, *transaction);
    if (reseed_) put_reseed(*reseed_, kReseedKey, *transaction);
    transaction->put_state(kAccountKey, encode(state_));
    if (!pending_) {
        transaction->remove_state(kPushKey);
        transaction->forget_removed();
    }
    transaction->commit();
    const bool made_here =
        std::any_of(arrivals_.begin(), arrivals_.end(),
                    [](const Arrival& arrival) { return arrival.both || arrival.comes_back; });
    if (made_here || dropped || is_joining()) {
        context_.tree.forget();
    } else {
        context_.tree.keep_up();
    }
    return {};
}

Result<Applied> IncomingPage::apply(const Permissions& permissions, const Toll& toll) {
    SPAREKEY_TRY(state_, require_account(context_.store));
    SPAREKEY_TRY(head_, chain_head(context_.vault, state_));
    SPAREKEY_TRY(pending_, read_push(context_.store));
    if (head_.at.n == 0) return wrong("the account was never made");
    const ChainPoint audit = state_.audit;
    if (const auto followed = follow_audit(state_, page_.audit); !followed) {
        const auto transaction = context_.store.begin_sync();
        transaction->put_state(kAccountKey, encode(state_));
        transaction->commit();
        // A history that went back with the log is the graver news.
        context_.tree.read(context_.store);
        SPAREKEY_CHECK(follow_chain());
        return unexpected(followed.error());
    }
    SPAREKEY_TRY(rotation_, waiting_rotation(context_.store));
    SPAREKEY_TRY(awaited_, read_awaited(context_.store));
    if (state_.stage == AccountStage::reseeding) {
        SPAREKEY_TRY(reseed_, read_reseed(context_.store, kReseedKey));
    }
    context_.tree.read(context_.store);
    SPAREKEY_CHECK(follow_chain());
    SPAREKEY_CHECK(take_parts());
    SPAREKEY_CHECK(plan());
    count();
    if (!applied_.at_head && is_unforeseen(permissions, toll, applied_.removed)) {
        context_.tree.forget();
        Applied unforeseen;
        unforeseen.unforeseen = true;
        return unforeseen;
    }
    if (const auto gone = held_deletion(context_, permissions, toll, applied_.removed)) {
        Applied held;
        held.held = gone;
        return held;
    }
    // Nothing new writes nothing, but for a log that went on.
    if (!page_.commits.empty() || audit != state_.audit) SPAREKEY_CHECK(write());
    return std::move(applied_);
}

Result<Applied> apply_page(const ReplicaContext& context, const PullPage& page,
                           const Permissions& permissions, const Toll& toll) {
    TreeGuard guard(context.tree);
    auto applied = IncomingPage(context, page).apply(permissions, toll);
    if (applied) guard.keep();
    return applied;
}

}  // namespace sparekey::core
