#include "sync/server/store/upkeep/tables.h"

#include <array>

namespace sparekey::sync {
namespace {

constexpr Query kAccounts(
    "SELECT id, created_ms, head, head_hash, records, bytes FROM accounts WHERE id > $1 "
    "ORDER BY id LIMIT $2");
constexpr Query kIntoAccounts(
    "INSERT INTO accounts(id, created_ms, head, head_hash, records, bytes) VALUES($1, $2, "
    "$3, $4, $5, $6)");
constexpr Query kEmptyAccounts("DELETE FROM accounts");
constexpr Query kRosters(
    "SELECT account, roster, slots, keyring, sum FROM rosters WHERE account > $1 ORDER BY account "
    "LIMIT $2");
constexpr Query kIntoRosters(
    "INSERT INTO rosters(account, roster, slots, keyring, sum) VALUES($1, $2, $3, $4, $5)");
constexpr Query kEmptyRosters("DELETE FROM rosters");
constexpr Query kCommits(
    "SELECT account, n, hash, previous, bytes, with_roster, audit_n FROM commits WHERE (account, "
    "n) > ($1, $2) ORDER BY account, n LIMIT $3");
constexpr Query kIntoCommits(
    "INSERT INTO commits(account, n, hash, previous, bytes, with_roster, audit_n) VALUES($1, $2, "
    "$3, $4, $5, $6, $7)");
constexpr Query kEmptyCommits("DELETE FROM commits");
constexpr Query kRecords(
    "SELECT account, id, version, hash, size, commit_n, blob FROM records WHERE (account, id) > "
    "($1, $2) ORDER BY account, id LIMIT $3");
constexpr Query kIntoRecords(
    "INSERT INTO records(account, id, version, hash, size, commit_n, blob) VALUES($1, $2, $3, $4, "
    "$5, $6, $7)");
constexpr Query kEmptyRecords("DELETE FROM records");
constexpr Query kDevices(
    "SELECT account, id, key, receiving_key, added_ms, last_seen_ms, revoked_ms FROM devices WHERE "
    "(account, id) > ($1, $2) ORDER BY account, id LIMIT $3");
constexpr Query kIntoDevices(
    "INSERT INTO devices(account, id, key, receiving_key, added_ms, last_seen_ms, revoked_ms) "
    "VALUES($1, $2, $3, $4, $5, $6, $7)");
constexpr Query kEmptyDevices("DELETE FROM devices");
constexpr Query kDirectory(
    "SELECT identity, account FROM identity_directory WHERE identity > $1 ORDER BY identity LIMIT "
    "$2");
constexpr Query kIntoDirectory("INSERT INTO identity_directory(identity, account) VALUES($1, $2)");
constexpr Query kEmptyDirectory("DELETE FROM identity_directory");
constexpr Query kIdentities(
    "SELECT account, identity, issuer, subject, provider, display, linked_ms, last_login_ms FROM "
    "identities WHERE (account, identity) > ($1, $2) ORDER BY account, identity LIMIT $3");
constexpr Query kIntoIdentities(
    "INSERT INTO identities(account, identity, issuer, subject, provider, display, linked_ms, "
    "last_login_ms) VALUES($1, $2, $3, $4, $5, $6, $7, $8)");
constexpr Query kEmptyIdentities("DELETE FROM identities");
constexpr Query kTickets(
    "SELECT kind, key, expires_ms, account, device, state, revision FROM tickets WHERE (kind, key) "
    "> ($1, $2) ORDER BY kind, key LIMIT $3");
constexpr Query kIntoTickets(
    "INSERT INTO tickets(kind, key, expires_ms, account, device, state, revision) VALUES($1, $2, "
    "$3, $4, $5, $6, $7)");
constexpr Query kEmptyTickets("DELETE FROM tickets");
constexpr Query kInvitations(
    "SELECT code, uses_left, expires_ms FROM invitations WHERE code > $1 ORDER BY code LIMIT $2");
constexpr Query kIntoInvitations(
    "INSERT INTO invitations(code, uses_left, expires_ms) VALUES($1, $2, $3)");
constexpr Query kEmptyInvitations("DELETE FROM invitations");
constexpr Query kAudit(
    "SELECT scope, n, at_ms, action, actor, address, detail, previous, hash FROM audit WHERE "
    "(scope, n) > ($1, $2) ORDER BY scope, n LIMIT $3");
constexpr Query kIntoAudit(
    "INSERT INTO audit(scope, n, at_ms, action, actor, address, detail, previous, hash) VALUES($1, "
    "$2, $3, $4, $5, $6, $7, $8, $9)");
constexpr Query kEmptyAudit("DELETE FROM audit");
constexpr Query kAuditHeads(
    "SELECT scope, n, hash FROM audit_heads WHERE (scope, n) > ($1, $2) ORDER BY scope, n LIMIT "
    "$3");
constexpr Query kIntoAuditHeads("INSERT INTO audit_heads(scope, n, hash) VALUES($1, $2, $3)");
constexpr Query kEmptyAuditHeads("DELETE FROM audit_heads");

const Cell kNoBytes = Bytes();
const Cell kNoNumber = std::int64_t{0};
// Of audit_heads the second key only tells the server's chain, whose scope is empty, from the
// start.
const std::array<Table, 11> kTables = {
    Table{"accounts", 6, 500, {kNoBytes}, kAccounts, kIntoAccounts, kEmptyAccounts},
    Table{"rosters", 5, 50, {kNoBytes}, kRosters, kIntoRosters, kEmptyRosters},
    Table{"commits", 7, 50, {kNoBytes, kNoNumber}, kCommits, kIntoCommits, kEmptyCommits},
    Table{"records", 7, 50, {kNoBytes, kNoBytes}, kRecords, kIntoRecords, kEmptyRecords},
    Table{"devices", 7, 500, {kNoBytes, kNoBytes}, kDevices, kIntoDevices, kEmptyDevices},
    Table{"identity_directory", 2, 500, {kNoBytes}, kDirectory, kIntoDirectory, kEmptyDirectory},
    Table{
        "identities", 8, 500, {kNoBytes, kNoBytes}, kIdentities, kIntoIdentities, kEmptyIdentities},
    Table{"tickets", 7, 500, {kNoNumber, kNoBytes}, kTickets, kIntoTickets, kEmptyTickets},
    Table{"invitations", 3, 500, {kNoBytes}, kInvitations, kIntoInvitations, kEmptyInvitations},
    Table{"audit", 9, 500, {kNoBytes, kNoNumber}, kAudit, kIntoAudit, kEmptyAudit},
    Table{"audit_heads",
          3,
          500,
          {kNoBytes, kNoNumber},
          kAuditHeads,
          kIntoAuditHeads,
          kEmptyAuditHeads},
};

}  // namespace

std::span<const Table> tables() {
    return kTables;
}

Value value_of(const Cell& cell) {
    struct ToValue {
        Value operator()(std::monostate) const { return std::monostate(); }
        Value operator()(std::int64_t number) const { return number; }
        Value operator()(const std::string& text) const { return std::string_view(text); }
        Value operator()(const Bytes& bytes) const { return ByteView(bytes); }
    };
    return std::visit(ToValue{}, cell);
}

void for_each_row(Session& session, const Table& table,
                  const std::function<void(const Row&)>& visit) {
    std::vector<Cell> after = table.before_first;
    for (;;) {
        std::vector<Value> parameters;
        for (const Cell& cell : after) parameters.push_back(value_of(cell));
        parameters.push_back(ordered(table.page));
        const Answer page = session.run(table.select, parameters);
        for (const Row& row : page.rows) visit(row);
        if (page.rows.size() < table.page) return;
        const std::vector<Cell>& last = page.rows.back().cells();
        after.assign(last.begin(), last.begin() + static_cast<std::ptrdiff_t>(after.size()));
    }
}

}  // namespace sparekey::sync
