#include "core/base/mutant.h"
#include "sync/server/store/sql/accounts.h"
#include "sync/server/store/sql/audit_log.h"
#include "sync/server/store/sql/records.h"

namespace sparekey::sync {
namespace {

// What a commit weighs in a page: its bytes and the blobs that it brought and that are current.
constexpr Query kWeights(
    "SELECT n, CAST(length(bytes) + COALESCE((SELECT sum(r.size) FROM records r "
    "WHERE r.account = commits.account AND r.commit_n = commits.n), 0) AS BIGINT) "
    "FROM commits WHERE account = $1 AND n > $2 ORDER BY n LIMIT $3");
constexpr Query kCommits(
    "SELECT n, hash, bytes, with_roster FROM commits "
    "WHERE account = $1 AND n > $2 AND n <= $3 ORDER BY n");
constexpr Query kBlobs(
    "SELECT id, version, hash, blob FROM records "
    "WHERE account = $1 AND commit_n > $2 AND commit_n <= $3 ORDER BY commit_n, id");
constexpr Query kKeys("SELECT slots, keyring FROM rosters WHERE account = $1");
constexpr Query kCommitAt("SELECT n, hash, bytes FROM commits WHERE account = $1 AND n = $2");
constexpr Query kRosterCommit(
    "SELECT n, hash, bytes FROM commits WHERE account = $1 AND n < $2 AND with_roster <> 0 "
    "ORDER BY n DESC LIMIT 1");

constexpr Query kSizes(
    "SELECT id, size FROM records WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3");
constexpr Query kRecords(
    "SELECT id, version, hash, blob FROM records "
    "WHERE account = $1 AND id > $2 AND id <= $3 ORDER BY id");

constexpr std::size_t kMostRows = 1000;

/// How many of the rows, whose weight is their second column, fit; at least one.
std::size_t fitting(const std::vector<Row>& rows, std::size_t most_bytes) {
    std::size_t count = 0;
    for (std::uint64_t weight = 0; count < rows.size() && count < kMostRows; ++count) {
        weight += rows[count].number(1);
        if (weight > most_bytes && count > 0) break;
    }
    return count;
}

StoredCommit commit_of(const Row& row) {
    return {row.number(0), row.hash(1), row.bytes(2)};
}

Change record_of(const Row& row) {
    return {row.id<RecordId>(0), row.number(1), row.hash(2), row.bytes(3)};
}

void add_commits(Session& session, const AccountId& account, std::uint64_t after,
                 std::uint64_t last, Pull& page) {
    bool with_roster = false;
    for (const Row& row :
         session.run(kCommits, {bytes(account), ordered(after), ordered(last)}).rows) {
        page.commits.push_back(commit_of(row));
        with_roster = with_roster || row.number(3) != 0;
    }
    for (const Row& row :
         session.run(kBlobs, {bytes(account), ordered(after), ordered(last)}).rows) {
        page.blobs.push_back(record_of(row));
    }
    if (!with_roster) return;
    const Answer keys = session.run(kKeys, {bytes(account)});
    page.slots = keys.rows.at(0).bytes(0);
    page.keyring = keys.rows.at(0).bytes(1);
}

}  // namespace

std::optional<StoredCommit> find_commit(Session& session, const AccountId& account,
                                        std::uint64_t n) {
    const Answer found = session.run(kCommitAt, {bytes(account), ordered(n)});
    if (found.first() == nullptr) return std::nullopt;
    return commit_of(*found.first());
}

std::optional<StoredCommit> find_roster_commit(Session& session, const AccountId& account,
                                               std::uint64_t before) {
    const Answer found = session.run(kRosterCommit, {bytes(account), ordered(before)});
    if (found.first() == nullptr) return std::nullopt;
    return commit_of(*found.first());
}

std::optional<Pull> find_pull(Session& session, const AccountId& account, std::uint64_t after,
                              std::size_t most_bytes) {
    const auto head = find_head(session, account);
    if (!head) return std::nullopt;
    Pull page{head->n, head->hash, {}, {}, {}, {}, find_audit_head(session, account)};
    const Answer weights =
        session.run(kWeights, {bytes(account), ordered(after), ordered(kMostRows)});
    const std::size_t count = fitting(weights.rows, most_bytes);
    if (count > 0) add_commits(session, account, after, weights.rows[count - 1].number(0), page);
    return page;
}

std::optional<Snapshot> find_snapshot(Session& session, const AccountId& account,
                                      const std::optional<RecordId>& after,
                                      std::size_t most_bytes) {
    const auto head = find_head(session, account);
    if (!head) return std::nullopt;
    Snapshot page{head->n, head->hash, {}, false};
    const Value start = after ? bytes(*after) : bytes(ByteView());
    const Answer sizes = session.run(kSizes, {bytes(account), start, ordered(kMostRows + 1)});
    const std::size_t count = fitting(sizes.rows, most_bytes);
    page.more = count < sizes.rows.size();
    if (count == 0) return page;
    const Bytes last = sizes.rows[count - 1].bytes(0);
    for (const Row& row : session.run(kRecords, {bytes(account), start, bytes(last)}).rows) {
        page.records.push_back(record_of(row));
    }
    return page;
}

}  // namespace sparekey::sync
