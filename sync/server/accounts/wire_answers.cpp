#include "sync/server/accounts/wire_answers.h"

#include "core/chain/commit.h"
#include "sync/protocol/routes.h"
#include "sync/server/accounts/json_answers.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

Response wire(const Bytes& body, unsigned status = 200) {
    Response response;
    response.status = status;
    response.content_type = kMediaType;
    response.body.assign(body.begin(), body.end());
    return response;
}

ChainPoint point_of(const AuditHead& head) {
    return {head.n, head.hash};
}

/// What the store holds was decoded before it was stored.
template <class T>
T stored(core::Result<T> decoded) {
    if (!decoded)
        throw core::SystemFailure("the store holds what is no " + decoded.error().message);
    return std::move(*decoded);
}

/// When the head brings a roster, the one before it: its device may be the one that it removes.
std::optional<core::SignedRoster> roster_before(Services& services, const AccountId& account,
                                                const core::SignedCommit& head) {
    const core::Commit commit = stored(core::decode_commit(head.bytes));
    if (!commit.new_roster) return std::nullopt;
    const auto before = services.store.roster_commit_before(account, commit.n);
    if (!before) return std::nullopt;
    const auto carrier = stored(core::decode_signed_commit(before->bytes));
    return stored(core::decode_commit(carrier.bytes)).new_roster;
}

std::vector<RecordBlob> records_of(const std::vector<Change>& changes) {
    std::vector<RecordBlob> records;
    for (const Change& change : changes) {
        if (change.blob) records.push_back({change.id, change.version, *change.blob});
    }
    return records;
}

}  // namespace

Response opened_answer(Services& services, const Account& account) {
    const auto head = services.store.commit(account.id, account.head);
    if (!head) throw core::SystemFailure("an account has no head");
    OpenedAccount opened;
    opened.parts = {account.slots, account.keyring};
    opened.roster = stored(core::decode_signed_roster(account.roster));
    opened.head = stored(core::decode_signed_commit(head->bytes));
    opened.roster_before = roster_before(services, account.id, opened.head);
    return wire(encode(opened));
}

Response pull_answer(const Pull& pull) {
    PullPage page;
    page.head = {pull.head, pull.head_hash};
    for (const StoredCommit& commit : pull.commits) {
        page.commits.push_back(stored(core::decode_signed_commit(commit.bytes)));
    }
    page.blobs = records_of(pull.blobs);
    std::ranges::sort(page.blobs, {}, &RecordBlob::id);
    if (!pull.slots.empty()) page.parts = RosterParts{pull.slots, pull.keyring};
    page.audit = point_of(pull.audit);
    return wire(encode(page));
}

Response snapshot_answer(const Snapshot& snapshot) {
    return wire(encode(SnapshotPage{
        {snapshot.head, snapshot.head_hash}, records_of(snapshot.records), snapshot.more}));
}

Response pushed_answer(const Pushed& pushed) {
    return wire(encode(PushAnswer{{pushed.n, pushed.hash}, point_of(pushed.audit)}));
}

Response behind_answer(std::uint64_t head, const Hash& hash) {
    Response response = json_answer({{"code", "conflict"},
                                     {"detail", "The account is not where this commit begins."},
                                     {"status", 409},
                                     {"title", "Conflict"},
                                     {"type", "about:blank"},
                                     {"head", head},
                                     {"hash", core::to_hex(hash)}},
                                    409);
    response.content_type = kProblemType;
    return response;
}

}  // namespace sparekey::sync
