#include "sync/server/store/sql/records.h"

#include "core/base/mutant.h"
#include "sync/protocol/framed_hash.h"

namespace sparekey::sync {
namespace {

constexpr Query kPresent("SELECT version, size FROM records WHERE account = $1 AND id = $2");
constexpr Query kPutRecord(
    "INSERT INTO records(account, id, version, hash, size, commit_n, blob) "
    "VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT(account, id) DO UPDATE SET "
    "version = excluded.version, hash = excluded.hash, size = excluded.size, "
    "commit_n = excluded.commit_n, blob = excluded.blob");
constexpr Query kRemoveRecord("DELETE FROM records WHERE account = $1 AND id = $2");
constexpr Query kRoster(
    "INSERT INTO rosters(account, roster, slots, keyring, sum) VALUES($1, $2, $3, $4, $5) "
    "ON CONFLICT(account) DO UPDATE SET roster = excluded.roster, slots = excluded.slots, "
    "keyring = excluded.keyring, sum = excluded.sum");

struct Present {
    std::uint64_t version = 0;
    std::uint64_t size = 0;
};

std::optional<Present> find_present(Session& session, const AccountId& account,
                                    const RecordId& id) {
    const Answer found = session.run(kPresent, {bytes(account), bytes(id)});
    if (found.first() == nullptr) return std::nullopt;
    return Present{found.first()->number(0), found.first()->number(1)};
}

bool is_next(std::uint64_t version, const std::optional<Present>& present) {
    if (SPAREKEY_LEFT_OUT("record-version")) return true;
    // A version that wrapped around is 0, which follows nothing.
    return version >= 1 && (!present || version == present->version + 1);
}

}  // namespace

bool apply_change(Session& session, const AccountId& account, const Change& change, std::uint64_t n,
                  Usage& usage) {
    const auto present = find_present(session, account, change.id);
    if (!is_next(change.version, present)) return false;
    if (present) {
        usage.records -= 1;
        usage.bytes -= present->size;
    }
    if (!change.blob) {
        if (present) session.run(kRemoveRecord, {bytes(account), bytes(change.id)});
        return true;
    }
    usage.records += 1;
    usage.bytes += change.blob->size();
    session.run(kPutRecord,
                {bytes(account), bytes(change.id), number(change.version), bytes(change.hash),
                 number(change.blob->size()), number(n), bytes(*change.blob)});
    return true;
}

Hash roster_sum(ByteView roster, ByteView slots, ByteView keyring) {
    return FramedHash().bytes(roster).bytes(slots).bytes(keyring).finish();
}

void replace_roster(Session& session, const AccountId& account, const Push::Roster& roster) {
    const Hash sum = roster_sum(roster.roster, roster.slots, roster.keyring);
    session.run(kRoster, {bytes(account), bytes(roster.roster), bytes(roster.slots),
                          bytes(roster.keyring), bytes(sum)});
}

}  // namespace sparekey::sync
