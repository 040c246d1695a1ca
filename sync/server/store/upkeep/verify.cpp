#include "sync/server/store/upkeep/verify.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "sync/protocol/audit_chain.h"
#include "sync/server/store/sql/accounts.h"
#include "sync/server/store/sql/audit_log.h"
#include "sync/server/store/sql/records.h"

#include <algorithm>
#include <map>

namespace sparekey::sync {
namespace {

constexpr Query kReadCommits(
    "SELECT n, hash, previous, bytes FROM commits WHERE account = $1 AND n > $2 "
    "ORDER BY n LIMIT $3");
constexpr Query kReadRecords(
    "SELECT id, version, hash, size, commit_n, blob FROM records "
    "WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3");
constexpr Query kRoster("SELECT roster, slots, keyring, sum FROM rosters WHERE account = $1");
constexpr Query kScopes("SELECT scope, n, hash FROM audit_heads ORDER BY scope");
// Rows of nobody: no chain leads to them.
constexpr Query kStrayLines(
    "SELECT 1 FROM audit a WHERE NOT EXISTS"
    "(SELECT 1 FROM audit_heads h WHERE h.scope = a.scope) LIMIT 1");
constexpr Query kStrayCommits(
    "SELECT 1 FROM commits c WHERE NOT EXISTS"
    "(SELECT 1 FROM accounts a WHERE a.id = c.account) LIMIT 1");
constexpr Query kStrayRecords(
    "SELECT 1 FROM records r WHERE NOT EXISTS"
    "(SELECT 1 FROM accounts a WHERE a.id = r.account) LIMIT 1");

constexpr Query kStrayDevices(
    "SELECT 1 FROM devices d WHERE NOT EXISTS"
    "(SELECT 1 FROM accounts a WHERE a.id = d.account) LIMIT 1");
// A login leads to its account by the directory, and by nothing else.
constexpr Query kUnfiled(
    "SELECT 1 FROM identities i WHERE NOT EXISTS(SELECT 1 FROM identity_directory d "
    "WHERE d.identity = i.identity AND d.account = i.account) LIMIT 1");
constexpr Query kUnlinked(
    "SELECT 1 FROM identity_directory d WHERE NOT EXISTS(SELECT 1 FROM identities i "
    "WHERE i.identity = d.identity AND i.account = d.account) LIMIT 1");
constexpr Query kReadIdentities(
    "SELECT identity, issuer, subject FROM identities WHERE account = $1 ORDER BY identity");

constexpr std::size_t kPage = 50;

/// Throws out of the loops below; leaves this file as ErrorCode::integrity.
struct Damage {
    std::string what;
};

void require(bool holds, const std::string& what) {
    if (!holds) throw Damage{what};
}

/// A live record as the commits say it is.
struct Expected {
    std::uint64_t version = 0;
    Hash hash{};
    std::uint64_t commit_n = 0;
};
using ExpectedRecords = std::map<RecordId, Expected>;

class AccountCheck {
  public:
    AccountCheck(Session& session, const Account& account, const ContentReader& read,
                 Verified& counts)
        : session_(session), account_(account), read_(read), counts_(counts) {}

    void run() {
        check_commits();
        check_records();
        check_roster();
        check_identities();
        counts_.accounts += 1;
    }

  private:
    void check_commits();
    void check_commit(const Row& row);
    void apply(const CommitContent& content);
    void check_records();
    void check_record(const Row& row);
    void check_roster();
    void check_devices(std::vector<ListedDevice> listed);
    void check_identities();
    std::string name(const std::string& what, std::uint64_t n) const {
        return what + " " + std::to_string(n) + " of account " + account_.id.text();
    }

    Session& session_;
    const Account& account_;
    const ContentReader& read_;
    Verified& counts_;
    std::uint64_t reached_ = 0;
    Hash reached_hash_{};
    ExpectedRecords expected_;
    Usage usage_;
};

void AccountCheck::check_commits() {
    for (std::size_t got = kPage; got == kPage;) {
        const Answer page =
            session_.run(kReadCommits, {bytes(account_.id), number(reached_), ordered(kPage)});
        got = page.rows.size();
        for (const Row& row : page.rows) check_commit(row);
    }
    const bool whole = reached_ == account_.head && reached_hash_ == account_.head_hash;
    require(whole || SPAREKEY_LEFT_OUT("verify-head"), name("the head", account_.head));
}

void AccountCheck::check_commit(const Row& row) {
    const std::uint64_t n = row.number(0);
    const auto content = read_.commit(row.bytes(3));
    const bool chained = content && n == reached_ + 1 && content->n == n &&
                         content->account == account_.id && content->hash == row.hash(1) &&
                         content->previous == reached_hash_ && row.hash(2) == reached_hash_;
    require(chained || SPAREKEY_LEFT_OUT("verify-commit"), name("commit", n));
    if (content) apply(*content);
    reached_ = n;
    reached_hash_ = row.hash(1);
    counts_.commits += 1;
}

void AccountCheck::apply(const CommitContent& content) {
    for (const Change& change : content.changes) {
        if (change.hash == Hash{}) {
            expected_.erase(change.id);
        } else {
            expected_[change.id] = {change.version, change.hash, content.n};
        }
    }
}

void AccountCheck::check_records() {
    Bytes after;
    for (std::size_t got = kPage; got == kPage;) {
        const Answer page =
            session_.run(kReadRecords, {bytes(account_.id), bytes(after), ordered(kPage)});
        got = page.rows.size();
        for (const Row& row : page.rows) check_record(row);
        if (got > 0) after = page.rows.back().bytes(0);
    }
    require(expected_.empty() || SPAREKEY_LEFT_OUT("verify-records-whole"),
            name("a record is missing; records left:", expected_.size()));
    const bool counted =
        usage_.records == account_.usage.records && usage_.bytes == account_.usage.bytes;
    require(counted || SPAREKEY_LEFT_OUT("verify-usage"),
            name("the usage, records counted:", usage_.records));
}

void AccountCheck::check_record(const Row& row) {
    const auto id = row.id<RecordId>(0);
    const Bytes& blob = row.bytes(5);
    const std::string what = "record " + id.text() + " of account " + account_.id.text();
    const bool intact = core::sha256(blob) == row.hash(2) && blob.size() == row.number(3);
    require(intact || SPAREKEY_LEFT_OUT("verify-blob"), "the blob of " + what);
    const auto found = expected_.find(id);
    const bool known = found != expected_.end() && found->second.version == row.number(1) &&
                       found->second.hash == row.hash(2) && found->second.commit_n == row.number(4);
    require(known || SPAREKEY_LEFT_OUT("verify-record"), what);
    if (found != expected_.end()) expected_.erase(found);
    usage_.records += 1;
    usage_.bytes += blob.size();
    counts_.records += 1;
}

void AccountCheck::check_roster() {
    const Answer found = session_.run(kRoster, {bytes(account_.id)});
    const Row* const row = found.first();
    if (row == nullptr) return check_devices({});
    const bool intact = roster_sum(row->bytes(0), row->bytes(1), row->bytes(2)) == row->hash(3);
    require(intact || SPAREKEY_LEFT_OUT("verify-roster"),
            "the roster, slots or keyring of account " + account_.id.text());
    auto listed = read_.roster(row->bytes(0));
    require(listed.has_value(), "the roster of account " + account_.id.text());
    check_devices(std::move(*listed));
}

/// Whose tokens are taken is the roster's to say, and nobody else's.
void AccountCheck::check_devices(std::vector<ListedDevice> listed) {
    std::vector<ListedDevice> members;
    for (const Device& device : find_devices(session_, account_.id)) {
        if (!device.revoked_ms) members.push_back({device.id, device.key, device.receiving_key});
    }
    for (auto* const devices : {&members, &listed}) {
        std::ranges::sort(*devices, {}, [](const ListedDevice& device) { return device.id.bytes; });
    }
    require(members == listed || SPAREKEY_LEFT_OUT("verify-devices"),
            "the devices of account " + account_.id.text());
}

void AccountCheck::check_identities() {
    for (const Row& row : session_.run(kReadIdentities, {bytes(account_.id)}).rows) {
        const bool filed = row.hash(0) == directory_key({row.text(1), row.text(2)});
        require(filed || SPAREKEY_LEFT_OUT("verify-identity"),
                "a login of account " + account_.id.text());
    }
}

void check_chain(Session& session, const Row& head, Verified& counts) {
    std::optional<AccountId> account;
    if (!head.bytes(0).empty()) account = head.id<AccountId>(0);
    AuditWalk walk(account);
    for (;;) {
        const auto lines = find_audit_lines(session, account, walk.reached().n, kPage);
        for (const AuditLine& line : lines) {
            const auto next = walk.next(line);
            require(next.has_value(), next ? "" : next.error().message);
        }
        counts.audit_lines += lines.size();
        if (lines.size() < kPage) break;
    }
    const auto end = walk.end({head.number(1), head.hash(2)});
    require(end.has_value(), end ? "" : end.error().message);
}

Verified check_everything(Session& session, const ContentReader& read) {
    Verified counts;
    for (const Account& account : find_accounts(session)) {
        AccountCheck(session, account, read, counts).run();
    }
    for (const Row& head : session.run(kScopes, {}).rows) check_chain(session, head, counts);
    for (const Query* const strays :
         {&kStrayLines, &kStrayCommits, &kStrayRecords, &kStrayDevices}) {
        require(session.run(*strays, {}).first() == nullptr || SPAREKEY_LEFT_OUT("verify-strays"),
                "rows that belong to no account");
    }
    for (const Query* const unpaired : {&kUnfiled, &kUnlinked}) {
        require(
            session.run(*unpaired, {}).first() == nullptr || SPAREKEY_LEFT_OUT("verify-directory"),
            "a login that the directory does not lead to, or one that it alone knows");
    }
    return counts;
}

core::Unexpected damaged(const std::string& what) {
    return core::unexpected(core::ErrorCode::integrity, "not what was written: " + what,
                            "restore a backup; nothing was changed");
}

}  // namespace

core::Result<Verified> verify_rows(Session& session, const ContentReader& read) {
    try {
        return check_everything(session, read);
    } catch (const Damage& damage) {
        return damaged(damage.what);
    } catch (const std::bad_variant_access&) {
        return damaged("a value has another type");
    } catch (const StoreUnavailable&) {
        throw;
    } catch (const core::SystemFailure& failure) {
        return damaged(failure.what());
    }
}

core::Result<Verified> verify_store(Database& database, const ContentReader& read) {
    core::Result<Verified> result = Verified{};
    try {
        database.check_structure();
        database.read(View::snapshot,
                      [&](Session& session) { result = verify_rows(session, read); });
    } catch (const StoreDamaged& failure) {
        return damaged(failure.what());
    }
    return result;
}

}  // namespace sparekey::sync
