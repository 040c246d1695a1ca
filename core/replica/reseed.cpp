#include "core/replica/reseed.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/chain/grant.h"
#include "core/replica/due_roster.h"
#include "core/replica/kept_commits.h"
#include "core/replica/late_blobs.h"
#include "core/replica/parts.h"
#include "core/replica/roster_change.h"

#include <algorithm>

namespace sparekey::core {
namespace {

Unexpected wrong_history(std::string what, std::string hint = {}) {
    return unexpected(ErrorCode::integrity, "the server is not believed: " + std::move(what),
                      std::move(hint));
}

Unexpected both_changed() {
    return unexpected(ErrorCode::integrity,
                      "devices, passwords or keys of this account were changed here and on the "
                      "server since they parted, and nobody but you can say which of it holds",
                      std::string("nothing was changed. ") + kBothChangedHint);
}

/// The roster in force here is the newer one, but its parts never came.
Unexpected lost_before(const char* what) {
    return unexpected(
        ErrorCode::conflict,
        std::string(what) + ", and the server lost the new ones before this device had them",
        "sparekey sync --reseed on a device that has them, then here. If there is "
        "none: " +
            std::string(kBothChangedHint));
}

/// One page of the server's history on its way in.
class Reading {
  public:
    Reading(const ReplicaContext& context, const PullPage& page, bool first)
        : context_(context), page_(page), first_(first) {}

    Result<ReseedStep> read();

  private:
    Result<void> begin();
    Result<void> take_due();
    Result<void> follow(const SignedCommit& commit);
    Result<void> check_account_key() const;
    void note_place(const SignedCommit& signed_commit);
    void note_roster(const Roster& before);
    void note_changes(const Commit& commit);
    Result<void> check_end();

    /// Which roster is in force afterwards.
    enum class Newer : std::uint8_t { ours, theirs };
    Result<Newer> newer();
    bool knows_theirs() const;
    bool theirs_replaces_ours() const;
    bool only_lacks_devices() const;
    Result<bool> goes_on_from_base() const;
    Result<void> adopt();
    Result<void> adopt_rosters(AccountState& next, SyncTransaction& transaction);
    Result<AccountState> with_taken() const;
    /// The keys of our roster have not come yet.
    bool lacks_keys() const { return ours_.roster.generation != context_.keyring.account.size(); }
    Result<void> take_parts(const AccountState& base, AccountState& next,
                            SyncTransaction& transaction);
    Result<void> take_lacking(SyncTransaction& transaction);
    Result<void> take_theirs(AccountState& next, SyncTransaction& transaction);

    const ReplicaContext& context_;
    const PullPage& page_;
    const bool first_;
    AccountState state_;
    ChainHead ours_;
    Reseed reseed_;
    std::optional<ChainHead> theirs_;  // as far as it was read
    std::optional<Bytes> rejoin_;      // hash of the commit by which this device joined again
    /// Of a reseed before this one that did not bring its roster to the server: what it was to be
    /// put on.
    std::optional<SignedRoster> base_;
    /// The last commit of which the rosters were in force here: that of then, or else the head.
    std::uint64_t last_known_ = 0;
    std::optional<Reseed> unfinished_;  // the one before this, if it adopted and did not end
    std::uint64_t adopted_ = 0;         // the commit that it adopted
    std::set<Hash> known_;              // of rosters that were in force here before ours
    ReseedStep step_;
};

Result<void> Reading::begin() {
    SPAREKEY_TRY(state_, require_account(context_.store));
    SPAREKEY_TRY(ours_, chain_head(context_.vault, state_));
    if (state_.stage == AccountStage::starting || state_.stage == AccountStage::left) {
        return unexpected(ErrorCode::conflict, "this device is no member of an account",
                          "sparekey login URL");
    }
    SPAREKEY_CHECK(take_due());
    rejoin_ = context_.store.state(kRejoinKey);
    if (first_) return {};
    SPAREKEY_TRY(auto present, read_reseed(context_.store, kReseedReadKey));
    if (!present) {
        return unexpected(ErrorCode::conflict, "nothing of that history was read before");
    }
    reseed_ = *std::move(present);
    AccountState read;
    read.commit = reseed_.commit;
    read.roster = reseed_.roster;
    SPAREKEY_TRY(theirs_, chain_head(context_.vault, read));
    return {};
}

/// A roster that a reseed before this one did not bring to the server is still the one that is in
/// force here.
Result<void> Reading::take_due() {
    last_known_ = ours_.at.n;
    SPAREKEY_TRY(unfinished_, read_reseed(context_.store, kReseedKey));
    if (!unfinished_) return {};
    SPAREKEY_TRY(const Commit adopted, decode_commit(unfinished_->commit.bytes));
    adopted_ = adopted.n;
    if (unfinished_->due.bytes.empty()) return {};
    if (!SPAREKEY_LEFT_OUT("reseed-since")) last_known_ = adopted_;
    base_ = unfinished_->roster;
    state_.roster = unfinished_->due;
    SPAREKEY_TRY(ours_.roster, decode_roster(state_.roster.bytes));
    ours_.roster_hash = roster_hash(state_.roster);
    known_ = unfinished_->known;
    if (unfinished_->due_slots.empty()) return {};
    state_.slots = unfinished_->due_slots;
    state_.keyring = unfinished_->due_keyring;
    return {};
}

/// Later ones are vouched for by the one before.
Result<void> Reading::check_account_key() const {
    const auto& seeds = context_.keyring.account;
    const bool is_ours = std::ranges::any_of(seeds, [&](const SigningSeed& seed) {
        return signing_public_key(seed.expose()) == theirs_->roster.account_key;
    });
    if (is_ours || SPAREKEY_LEFT_OUT("reseed-account-key")) return {};
    return wrong_history("its history begins with a roster that no key of this vault has signed");
}

void Reading::note_place(const SignedCommit& signed_commit) {
    const std::uint64_t n = theirs_->at.n;
    const auto kept = kept_commit(context_.store, n);
    const bool is_common = (kept && *kept == signed_commit) || theirs_->at == ours_.at;
    if (is_common) reseed_.common = n;
}

void Reading::note_roster(const Roster& before) {
    reseed_.knows_ours = reseed_.knows_ours || theirs_->roster_hash == ours_.roster_hash;
    // Of a rotation that is known here the keys may not have come yet.
    const std::uint32_t generation = theirs_->roster.generation;
    if (generation > context_.keyring.account.size() && generation != before.generation) {
        reseed_.rotation = encode(theirs_->roster);
    }
}

/// Of the records of which a removed device wrote the last version. What lies in both histories is
/// none of it.
void Reading::note_changes(const Commit& commit) {
    if (reseed_.common == commit.n) {
        // What a reseed before this one read until then was not taken yet.
        const bool goes_on = unfinished_ && commit.n >= adopted_;
        reseed_.by_removed = goes_on ? unfinished_->by_removed : std::vector<RecordVersion>();
        reseed_.by_members = goes_on ? unfinished_->by_members : std::set<RecordId>();
        reseed_.has_own = false;
        reseed_.rejoined = reseed_.rejoined_last = false;
        return;
    }
    // That it joined again says nothing of records.
    reseed_.has_own = reseed_.has_own || (commit.device == context_.own && !commit.changes.empty());
    note_writers(commit, state_.devices, reseed_);
}

Result<void> Reading::follow(const SignedCommit& signed_commit) {
    Roster before;
    if (theirs_) before = theirs_->roster;
    auto step =
        theirs_ ? advance(*theirs_, signed_commit) : begin_chain(context_.vault, signed_commit);
    if (!step) return unexpected(std::move(step).error());
    const bool is_first = !theirs_;
    theirs_ = std::move(step->head);
    if (is_first) SPAREKEY_CHECK(check_account_key());
    reseed_.commit = signed_commit;
    note_place(signed_commit);
    if (step->commit.new_roster) {
        reseed_.roster = *step->commit.new_roster;
        note_roster(before);
        SPAREKEY_CHECK(note_taken_slots(context_, theirs_->roster, reseed_.taken));
        reseed_.rejoined_last = rejoin_ && std::ranges::equal(*rejoin_, theirs_->at.hash);
        reseed_.rejoined = reseed_.rejoined || reseed_.rejoined_last;
    }
    note_changes(step->commit);
    return {};
}

Result<void> Reading::check_end() {
    if (!theirs_) return wrong_history("its history is empty");
    if (theirs_->at.n > page_.head.n) return wrong_history("its commits go beyond its head");
    step_.adopted = theirs_->at.n == page_.head.n;
    const bool is_head = theirs_->at.hash == page_.head.hash;
    if (step_.adopted && !is_head && !SPAREKEY_LEFT_OUT("reseed-head")) {
        return wrong_history("its history does not lead to its head");
    }
    if (!step_.adopted && page_.commits.empty()) return wrong_history("it withholds commits");
    return {};
}

/// The server's roster was in force here once; or the one that this device has put itself on.
bool Reading::knows_theirs() const {
    return was_in_force(known_, theirs_->roster, theirs_->roster_hash, ours_.roster) ||
           (reseed_.rejoined_last && known_.count(theirs_->roster.previous) != 0);
}

/// The server's roster is of a later rotation, and whoever made it has the keys that came with ours
/// (which open_new_keys() sees to, and take_parts() where they have not come yet): it knew all that
/// ours says.
bool Reading::theirs_replaces_ours() const {
    const bool brought_keys =
        open_grant(ours_.roster, context_.own, context_.device.box.expose()).has_value();
    return brought_keys && theirs_->roster.generation > ours_.roster.generation;
}

/// This device has joined the account as the server has it, of which nothing is known here but that
/// it has the same keys and passwords, and nobody who was removed. Who is missing joins it again,
/// too.
bool Reading::only_lacks_devices() const {
    const Roster& theirs = theirs_->roster;
    const bool lists_removed = std::ranges::any_of(theirs.devices, [&](const RosterDevice& device) {
        return was_removed(state_.devices, device.id()) && !SPAREKEY_LEFT_OUT("rejoin-removed");
    });
    return reseed_.rejoined && !lists_removed && theirs.slots == ours_.roster.slots &&
           theirs.generation == ours_.roster.generation;
}

/// A reseed that was broken off: since then devices joined at most.
Result<bool> Reading::goes_on_from_base() const {
    if (!base_) return false;
    SPAREKEY_TRY(const Roster base, decode_roster(base_->bytes));
    return ours_.roster.generation == base.generation && only_joined(base, theirs_->roster);
}

/// If both changed it since they parted, it is refused unless they say the same.
Result<Reading::Newer> Reading::newer() {
    if (reseed_.knows_ours) return Newer::theirs;
    known_.merge(
        rosters_before(context_.store, ours_.roster, {reseed_.common, last_known_, ours_.at.n}));
    SPAREKEY_TRY(const bool goes_on, goes_on_from_base());
    if (goes_on) reseed_.roster = *base_;  // so that who joined since is told from it
    if (goes_on || knows_theirs()) return Newer::ours;
    if (theirs_replaces_ours()) return Newer::theirs;
    if (say_the_same(ours_.roster, theirs_->roster) || SPAREKEY_LEFT_OUT("reseed-rosters")) {
        return Newer::theirs;
    }
    if (only_lacks_devices()) {
        step_.news.emplace_back(
            "devices that the account does not list any more join it again by `sparekey login`");
        return Newer::theirs;
    }
    return both_changed();
}

/// What the account has here, with what this device does not know that it sent.
Result<AccountState> Reading::with_taken() const {
    AccountState base = state_;
    SPAREKEY_TRY(base.slots, add_taken_slots(context_, std::move(base.slots), reseed_.taken));
    return base;
}

/// The server's slots, on which lies what was changed here since `base`, its keyring, and the keys
/// of a rotation that had not come yet.
Result<void> Reading::take_parts(const AccountState& base, AccountState& next,
                                 SyncTransaction& transaction) {
    std::optional<Roster> rotation;
    if (!reseed_.rotation.empty()) {
        SPAREKEY_TRY(rotation, decode_roster(reseed_.rotation));
    }
    SPAREKEY_TRY(const auto parts, accept_parts(context_, base, {theirs_->roster, rotation},
                                                reseed_.parts, true, step_.news));
    // Else they are of somebody who does not know ours, perhaps since it removed them.
    const bool replaces_ours = parts->keys && !has_keys_of(parts->keys->keyring, ours_.roster);
    if (lacks_keys() && replaces_ours && !SPAREKEY_LEFT_OUT("reseed-keys")) return both_changed();
    write_parts(*parts, next, transaction);
    if (rotation) transaction.put_state(kRotationKey, reseed_.rotation);
    return {};
}

/// The parts of our roster, which never came: they are the server's, if it lost no others.
Result<void> Reading::take_lacking(SyncTransaction& transaction) {
    const Roster& theirs = theirs_->roster;
    if (theirs.slots != ours_.roster.slots || theirs.keyring != ours_.roster.keyring) {
        return lost_before(lacks_keys() ? "the account's keys were replaced"
                                        : "passwords or other ways to open the vault were changed");
    }
    SPAREKEY_TRY(const AccountState base, with_taken());
    return take_parts(base, state_, transaction);
}

Result<void> Reading::take_theirs(AccountState& next, SyncTransaction& transaction) {
    if (theirs_->roster.find(context_.own) == nullptr) {
        return unexpected(ErrorCode::refused, "this device was removed from the account",
                          "what is here stays, and can be read; sparekey --vault NAME login URL "
                          "joins anew, beside it");
    }
    SPAREKEY_TRY(const AccountState base, with_taken());
    const bool is_ours = has_parts_of(state_, ours_.roster) &&
                         theirs_->roster_hash == ours_.roster_hash && reseed_.rotation.empty();
    if (is_ours && base.slots == state_.slots) return {};
    const auto taken = take_parts(base, next, transaction);
    const bool lacks_ours = !taken && taken.error().code == ErrorCode::integrity;
    if (lacks_ours && theirs_replaces_ours()) return both_changed();
    SPAREKEY_CHECK(taken);
    follow_devices(next, context_, theirs_->roster, theirs_->time_ms, step_.news);
    return {};
}

Result<void> Reading::adopt_rosters(AccountState& next, SyncTransaction& transaction) {
    SPAREKEY_TRY(const Newer newer_one, newer());
    if (newer_one == Newer::theirs) return take_theirs(next, transaction);
    SPAREKEY_CHECK(accept_slots(theirs_->roster, reseed_.parts.slots));
    SPAREKEY_CHECK(check_keyring(theirs_->roster, reseed_.parts.keyring));
    // A roster that is due had its parts here, also where an older program did not keep them.
    const bool lacks_parts = lacks_keys() || (!base_ && !has_parts_of(state_, ours_.roster));
    if (lacks_parts) SPAREKEY_CHECK(take_lacking(transaction));
    reseed_.due = state_.roster;
    reseed_.known = known_;
    if (has_parts_of(state_, ours_.roster)) {
        reseed_.due_slots = state_.slots;
        reseed_.due_keyring = state_.keyring;
    }
    note_parts(reseed_.parts, next);
    return {};
}

Result<void> Reading::adopt() {
    AccountState next = state_;
    next.stage = AccountStage::reseeding;
    next.commit = reseed_.commit;
    next.roster = reseed_.roster;
    next.audit = page_.audit;
    next.restored = reseed_.has_own && reseed_.common != 0;
    const auto transaction = context_.store.begin_sync();
    // Keys that this device waited for are the other history's.
    if (!context_.store.state(kSlotsDueKey)) transaction->remove_state(kRotationKey);
    SPAREKEY_CHECK(adopt_rosters(next, *transaction));
    // All that is here is held against the account's records anew.
    drop_late_blobs(context_.store, *transaction);
    transaction->differ_in_nothing();
    transaction->differ_in_all();
    transaction->remove_state(kPushKey);
    transaction->remove_state(kAwaitedKey);
    drop_kept_commits(ours_.at.n, *transaction);
    keep_commit(context_.store, theirs_->at.n, {reseed_.commit, {}, std::nullopt}, *transaction);
    transaction->remove_state(kReseedReadKey);
    put_reseed(reseed_, kReseedKey, *transaction);
    transaction->put_state(kAccountKey, encode(next));
    transaction->commit();
    context_.tree.forget();
    return {};
}

Result<ReseedStep> Reading::read() {
    SPAREKEY_CHECK(begin());
    for (const SignedCommit& commit : page_.commits) SPAREKEY_CHECK(follow(commit));
    SPAREKEY_CHECK(check_end());
    if (page_.parts) reseed_.parts = *page_.parts;
    if (step_.adopted) {
        SPAREKEY_CHECK(adopt());
        return std::move(step_);
    }
    const auto transaction = context_.store.begin_sync();
    put_reseed(reseed_, kReseedReadKey, *transaction);
    transaction->commit();
    context_.tree.follow(context_.store);
    return std::move(step_);
}

}  // namespace

bool was_removed(const std::vector<KnownDevice>& devices, const DeviceId& device) {
    return std::ranges::any_of(devices, [&](const KnownDevice& known) {
        return known.id == device && known.removed_ms != 0;
    });
}

void note_writers(const Commit& commit, const std::vector<KnownDevice>& devices, Reseed& reseed) {
    const bool any_removed = std::ranges::any_of(
        devices, [](const KnownDevice& known) { return known.removed_ms != 0; });
    if (!any_removed || SPAREKEY_LEFT_OUT("reseed-removed")) return;
    const bool is_evidence = was_removed(devices, commit.device);
    auto& records = reseed.by_removed;
    for (const RecordChange& change : commit.changes) {
        if (!is_evidence && change.blob) reseed.by_members.insert(change.id);
        if (!is_evidence && !change.blob) reseed.by_members.erase(change.id);
        const auto at =
            std::ranges::lower_bound(records, change.id, std::less<>(), &RecordVersion::id);
        const bool present = at != records.end() && at->id == change.id;
        if (present && is_evidence && change.blob) {
            at->version = change.version;
        } else if (present) {
            records.erase(at);
        } else if (is_evidence && change.blob) {
            records.insert(at, {change.id, change.version});
        }
    }
}

void note_rejoin(const Hash& commit, SyncTransaction& transaction) {
    transaction.put_state(kRejoinKey, commit);
}

bool say_the_same(const Roster& left, const Roster& right) {
    const bool same_devices = std::ranges::equal(
        left.devices, right.devices,
        [](const RosterDevice& one, const RosterDevice& other) { return one.id() == other.id(); });
    return same_devices && left.slots == right.slots && left.generation == right.generation;
}

Result<ReseedStep> reseed_page(const ReplicaContext& context, const PullPage& page, bool first) {
    return Reading(context, page, first).read();
}

}  // namespace sparekey::core
