#include "core/replica/outgoing.h"

#include "core/base/mutant.h"
#include "core/chain/account_slots.h"
#include "core/chain/device_name.h"
#include "core/crypto/hash.h"
#include "core/replica/audit_mark.h"
#include "core/replica/awaited.h"
#include "core/replica/exposure.h"
#include "core/replica/kept_commits.h"
#include "core/replica/new_keys.h"
#include "core/replica/parts.h"
#include "core/replica/read_again.h"
#include "core/replica/reseed.h"
#include "core/replica/roster_change.h"

#include <map>
#include <utility>

namespace sparekey::core {
namespace {

/// Room for the commit itself, a roster and its parts beside the blobs.
constexpr std::size_t kMostBlobBytes = kLargestPush - (std::size_t{1} << 20);

/// One change of a commit.
struct Sent {
    RecordChange change;
    Bytes blob;  // empty: removed
};

/// The changes of one commit, with what they send.
struct Outgoing {
    std::map<RecordId, Sent> records;
    std::size_t bytes = 0;             // of the blobs
    std::vector<Record> sealed_again;  // because of another version or epoch than they had
    std::vector<RecordId> settled;     // neither here nor there

    bool is_full() const { return records.size() == kMostChanges || bytes >= kMostBlobBytes; }
};

/// The record as the version that the account expects next, under the epoch in force.
Result<Record> fitting(const ReplicaContext& context, Record record, std::uint64_t version,
                       Outgoing& out) {
    const bool fits = record.version == version && record.epoch == context.keyring.epoch();
    if (fits || record.type == RecordType::unreadable) return record;
    SPAREKEY_TRY(const RecordBody body, context.sealer.open(record));
    record.version = version;
    SPAREKEY_CHECK(context.sealer.seal(record, body));
    out.sealed_again.push_back(record);
    return record;
}

Result<void> add(const ReplicaContext& context, const Difference& difference, Outgoing& out);

/// An item that came without its attachments, and was changed there while it is destroyed here,
/// would come back without them.
Result<void> add_chunks(const ReplicaContext& context, const RecordId& item, Outgoing& out) {
    for (const Child& chunk : context.store.children(item, RecordType::attachment)) {
        if (out.is_full()) return {};
        const auto difference = context.store.difference(chunk.id);
        const bool is_due = difference && difference->unsent && out.records.count(chunk.id) == 0;
        if (is_due) SPAREKEY_CHECK(add(context, *difference, out));
    }
    return {};
}

/// The record, and before it what has to be there no later than it; without the record if there is
/// no room for both: it follows with the next commit.
Result<void> add(const ReplicaContext& context, const Difference& difference, Outgoing& out) {
    const auto& account = difference.account;
    if (!context.store.contains(difference.id)) {
        if (!account) {
            out.settled.push_back(difference.id);
        } else {
            const RecordChange change{difference.id, account->version + 1, std::nullopt};
            out.records.emplace(difference.id, Sent{change, {}});
        }
        return {};
    }
    SPAREKEY_TRY(Record stored, context.store.load(difference.id));
    if (stored.type == RecordType::item && !SPAREKEY_LEFT_OUT("chunks-first")) {
        SPAREKEY_CHECK(add_chunks(context, stored.id, out));
        if (out.is_full()) return {};
    }
    const std::uint64_t version = account ? account->version + 1 : stored.version;
    SPAREKEY_TRY(Record record, fitting(context, std::move(stored), version, out));
    out.bytes += record.blob.size();
    const RecordChange change{record.id, record.version, sha256(record.blob)};
    out.records.emplace(record.id, Sent{change, std::move(record.blob)});
    return {};
}

/// An item that was removed goes no later than what belonged to it: whoever hears of a part then
/// knows that it was not the part that was removed. And that goes directly after it.
Result<void> add_removed_items(const ReplicaContext& context, Outgoing& out) {
    if (SPAREKEY_LEFT_OUT("items-before-parts")) return {};
    const auto add_removed = [&](const RecordId& id) -> Result<void> {
        const auto difference = context.store.difference(id);
        const bool is_removed =
            difference && difference->unsent && difference->account && !context.store.contains(id);
        if (is_removed && !out.is_full()) SPAREKEY_CHECK(add(context, *difference, out));
        return {};
    };
    for (const RecordId& item : context.store.parents_of_removed()) {
        if (out.is_full()) break;
        SPAREKEY_CHECK(add_removed(item));
        for (const RecordBlob& part : context.store.removed_parts(item)) {
            SPAREKEY_CHECK(add_removed(part.id));
        }
    }
    return {};
}

/// As many of the unsent records as fit.
Result<Outgoing> collect(const ReplicaContext& context) {
    std::vector<Difference> unsent;
    context.store.each_difference([&](const Difference& difference) {
        if (difference.unsent) unsent.push_back(difference);
        return unsent.size() < kMostChanges;
    });
    Outgoing out;
    SPAREKEY_CHECK(add_removed_items(context, out));
    for (const Difference& difference : unsent) {
        if (out.is_full()) break;
        if (out.records.count(difference.id) != 0) continue;
        SPAREKEY_CHECK(add(context, difference, out));
    }
    return out;
}

/// Of what was sealed again, the search index has another revision.
Result<void> put_again(const ReplicaContext& context, const std::vector<Record>& records,
                       SyncTransaction& transaction) {
    for (const Record& record : records) {
        auto row = context.store.index_row(record.id);
        if (row) row->revision = record.version;
        transaction.put(record, row ? &*row : nullptr);
    }
    return {};
}

/// Not so before a snapshot is in.
bool has_records(const AccountState& state) {
    return state.stage == AccountStage::starting || state.stage == AccountStage::in_use;
}

Result<PushRequest> sign(const ReplicaContext& context, const AccountState& state,
                         const ChainHead& head, Outgoing&& out, std::optional<NewRoster>&& roster) {
    Commit commit;
    commit.vault = context.vault;
    commit.n = head.at.n + 1;
    commit.previous = head.at.hash;
    commit.device = context.own;
    commit.roster = roster ? roster_hash(roster->roster) : head.roster_hash;
    if (roster) commit.new_roster = roster->roster;
    commit.epoch = roster ? roster->epoch : head.roster.epoch;
    std::vector<Bytes> blobs;
    for (auto& [id, sent] : out.records) {
        if (sent.change.blob) blobs.push_back(std::move(sent.blob));
        commit.changes.push_back(std::move(sent.change));
    }
    // Without the account's records here, a commit changes none of them.
    commit.state_root =
        has_records(state) ? context.tree.root_after(commit.changes) : head.state_root;
    commit.time_ms = context.clock.now_ms();
    SPAREKEY_TRY(SignedCommit signed_commit, sign_commit(commit, context.device.signing.expose()));
    PushRequest request{std::move(signed_commit), std::move(blobs), std::nullopt};
    if (roster) request.parts = std::move(roster->parts);
    return request;
}

Unexpected other_answer() {
    return unexpected(ErrorCode::integrity,
                      "the server acknowledges another commit than it was sent");
}

/// What the account has of a record of which it accepted `change`, held against what is here.
void settle_change(const RecordChange& change, SyncStore& store, SyncTransaction& transaction) {
    const auto here = store.leaf(change.id);
    const bool same = here ? change.blob == here->blob && change.version == here->version
                           : !change.blob.has_value();
    if (same) {
        transaction.clear_difference(change.id);
        return;
    }
    Difference difference{change.id, std::nullopt, true};
    if (change.blob) difference.account = {change.version, *change.blob};
    transaction.set_difference(difference);
}

/// Whatever is signed says what the account has: that is what is here, but for what is known to
/// differ.
Result<void> check_tree(const ReplicaContext& context, const AccountState& state,
                        const ChainHead& head) {
    if (state.stage != AccountStage::in_use || SPAREKEY_LEFT_OUT("push-root")) return {};
    if (context.tree.root() == head.state_root) return {};
    return unexpected(ErrorCode::integrity,
                      "the vault's records are not those of the account's last commit here",
                      "run sparekey doctor: if it finds nothing, sparekey sync --reseed reads the "
                      "account anew; else a backup has the last good state");
}

/// The roster that a reseed had to bring to the server is there.
Result<void> settle_due(SyncStore& store, SyncTransaction& transaction) {
    SPAREKEY_TRY(auto reseed, read_reseed(store, kReseedKey));
    if (!reseed) return {};
    reseed->due = {};
    put_reseed(*reseed, kReseedKey, transaction);
    return {};
}

}  // namespace

Result<void> found_account(const ReplicaContext& context, const std::string& origin,
                           const std::string& device_name) {
    SPAREKEY_TRY(const auto present, read_account(context.store));
    const bool is_free = !present || present->stage == AccountStage::starting ||
                         present->stage == AccountStage::left;
    if (!is_free) {
        return unexpected(ErrorCode::conflict,
                          "this vault has an account at " + present->origin + " already");
    }
    SPAREKEY_CHECK(
        seal_device_name(context.keyring, context.vault, context.own, device_name, context.random));
    AccountState state;
    state.origin = origin;
    state.device_name = device_name;
    std::uint64_t left_at = 0;
    if (present && present->stage == AccountStage::left) {
        SPAREKEY_TRY(const ChainHead left, chain_head(context.vault, *present));
        left_at = left.at.n;
    }
    const auto transaction = context.store.begin_sync();
    // Of an account that was left nothing goes on.
    for (const std::string_view key : {kPushKey, kReseedKey, kReseedReadKey, kAwaitedKey}) {
        transaction->remove_state(key);
    }
    // Keys that the vault waited for came with none.
    if (!context.store.state(kSlotsDueKey)) transaction->remove_state(kRotationKey);
    drop_kept_commits(left_at, *transaction);
    SPAREKEY_CHECK(leave_exposure(context.store, *transaction));
    forget_audit_mark(*transaction);
    transaction->put_state(kAccountKey, encode(state));
    transaction->differ_in_nothing();
    transaction->differ_in_all();
    transaction->commit();
    context.tree.forget();
    return {};
}

Result<void> abandon_account(SyncStore& store) {
    SPAREKEY_TRY(const AccountState state, require_account(store));
    if (state.stage != AccountStage::starting) {
        return unexpected(ErrorCode::conflict, "the account is in use");
    }
    const auto transaction = store.begin_sync();
    transaction->remove_state(kAccountKey);
    transaction->remove_state(kPushKey);
    transaction->differ_in_nothing();
    transaction->commit();
    return {};
}

Result<std::optional<PushRequest>> next_push(const ReplicaContext& context,
                                             const RosterWish& wish) {
    SPAREKEY_TRY(const AccountState state, require_account(context.store));
    SPAREKEY_CHECK(read_again(context));
    SPAREKEY_TRY(auto pending, read_push(context.store));
    if (pending) return pending;
    SPAREKEY_TRY(const auto awaited, read_awaited(context.store));
    if (!awaited.empty() && !SPAREKEY_LEFT_OUT("awaited-changed")) {
        return std::optional<PushRequest>();
    }
    SPAREKEY_TRY(const ChainHead head, chain_head(context.vault, state));
    // Between two rotations, too: what is to be sent has no key yet, and comes after what is to be
    // pulled.
    const bool is_new = head.at.n == 0;
    if (!is_new && !has_parts_of(state, head.roster)) return std::optional<PushRequest>();
    SPAREKEY_TRY(auto roster, next_roster(context, state, head, wish));
    context.tree.read(context.store);
    TreeGuard guard(context.tree);
    SPAREKEY_CHECK(check_tree(context, state, head));
    Outgoing out;
    // The first commit is small, and a rotation's has no record of the new epoch yet: what there is
    // to send follows.
    if (state.stage == AccountStage::in_use && !wish.rotation) {
        SPAREKEY_TRY(out, collect(context));
    }
    if (!roster && out.records.empty() && out.settled.empty()) {
        guard.keep();
        return std::optional<PushRequest>();
    }
    const std::vector<Record> sealed_again = std::move(out.sealed_again);
    const std::vector<RecordId> settled = std::move(out.settled);
    const bool is_empty = !roster && out.records.empty();
    std::optional<PushRequest> request;
    if (!is_empty) {
        SPAREKEY_TRY(request, sign(context, state, head, std::move(out), std::move(roster)));
    }
    const auto transaction = context.store.begin_sync();
    SPAREKEY_CHECK(put_again(context, sealed_again, *transaction));
    for (const RecordId& id : settled) transaction->clear_difference(id);
    if (request) transaction->put_state(kPushKey, encode(*request));
    if (request && wish.rotation) {
        put_exposure({commit_hash(request->commit), false, false, wish.exposed}, *transaction);
    }
    transaction->commit();
    context.tree.keep_up();
    guard.keep();
    return request;
}

Result<void> settle_push(const ReplicaContext& context, const PushAnswer& answer) {
    SPAREKEY_TRY(AccountState state, require_account(context.store));
    SPAREKEY_TRY(const auto pending, read_push(context.store));
    if (!pending) return other_answer();
    SPAREKEY_TRY(const ChainHead before, chain_head(context.vault, state));
    auto step = before.at.n == 0 ? begin_chain(context.vault, pending->commit)
                                 : advance(before, pending->commit);
    if (!step) return unexpected(std::move(step).error());
    if (!SPAREKEY_LEFT_OUT("push-answer") && answer.at != step->head.at) return other_answer();
    const auto audit = follow_audit(state, answer.audit);
    context.tree.read(context.store);
    TreeGuard guard(context.tree);
    if (has_records(state)) SPAREKEY_CHECK(apply_commit(context.tree, step->commit));
    state.commit = pending->commit;
    if (state.stage == AccountStage::starting) state.stage = AccountStage::in_use;
    std::vector<std::string> news;
    if (step->commit.new_roster) {
        state.roster = *step->commit.new_roster;
        if (pending->parts) note_parts(*pending->parts, state);
        follow_devices(state, context, step->head.roster, step->commit.time_ms, news);
    }
    const auto transaction = context.store.begin_sync();
    for (const RecordChange& change : step->commit.changes) {
        settle_change(change, context.store, *transaction);
    }
    const bool is_rotation =
        before.at.n != 0 && step->head.roster.generation != before.roster.generation;
    if (is_rotation && pending->parts) {
        put_rotation(step->head.roster, *pending->parts, *transaction);
        SPAREKEY_CHECK(finish_exposure(context.store, pending->commit, *transaction));
    }
    if (step->commit.new_roster) SPAREKEY_CHECK(settle_due(context.store, *transaction));
    drop_old_commits(before.at.n, step->head.at.n, *transaction);
    keep_commit(context.store, step->head.at.n, *pending, *transaction);
    transaction->put_state(kAccountKey, encode(state));
    transaction->remove_state(kPushKey);
    transaction->forget_removed();
    transaction->commit();
    context.tree.keep_up();
    guard.keep();
    return audit;
}

void withdraw_push(SyncStore& store) {
    const auto transaction = store.begin_sync();
    transaction->remove_state(kPushKey);
    transaction->forget_removed();
    transaction->commit();
}

Result<void> follow_audit(AccountState& state, const ChainPoint& audit) {
    const ChainPoint before = std::exchange(state.audit, audit);
    const bool goes_back = audit.n < before.n || (audit.n == before.n && audit.hash != before.hash);
    if (!SPAREKEY_LEFT_OUT("audit-head") && goes_back) {
        return unexpected(ErrorCode::integrity,
                          "the server's audit log was cut or changed since the last sync",
                          "ask whoever runs the server; sparekey audit --server shows the log");
    }
    return {};
}

}  // namespace sparekey::core
