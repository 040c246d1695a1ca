#include "sync/server/store/sqlite/schema.h"

#include <array>

namespace sparekey::sync {
namespace {

constexpr Query kVersion("PRAGMA user_version");
constexpr Query kTables("SELECT count(*) FROM sqlite_schema");

// Each step ends by saying its number: steps[n - 1] leads to version n.
constexpr std::array kSteps = {Script(R"sql(
CREATE TABLE accounts(
    id BLOB NOT NULL PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    head INTEGER NOT NULL,
    head_hash BLOB NOT NULL,
    records INTEGER NOT NULL CHECK(records >= 0),
    bytes INTEGER NOT NULL CHECK(bytes >= 0)) STRICT, WITHOUT ROWID;
CREATE TABLE rosters(
    account BLOB NOT NULL PRIMARY KEY REFERENCES accounts(id),
    roster BLOB NOT NULL,
    slots BLOB NOT NULL,
    keyring BLOB NOT NULL,
    sum BLOB NOT NULL) STRICT;
CREATE TABLE commits(
    account BLOB NOT NULL REFERENCES accounts(id),
    n INTEGER NOT NULL,
    hash BLOB NOT NULL,
    previous BLOB NOT NULL,
    bytes BLOB NOT NULL,
    with_roster INTEGER NOT NULL,
    audit_n INTEGER NOT NULL,
    PRIMARY KEY(account, n)) STRICT;
CREATE TABLE records(
    account BLOB NOT NULL REFERENCES accounts(id),
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    hash BLOB NOT NULL,
    size INTEGER NOT NULL,
    commit_n INTEGER NOT NULL,
    blob BLOB NOT NULL,
    PRIMARY KEY(account, id)) STRICT;
CREATE INDEX records_by_commit ON records(account, commit_n, size);
CREATE TABLE devices(
    account BLOB NOT NULL REFERENCES accounts(id),
    id BLOB NOT NULL,
    key BLOB NOT NULL,
    receiving_key BLOB NOT NULL,
    added_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    revoked_ms INTEGER,
    PRIMARY KEY(account, id)) STRICT, WITHOUT ROWID;
CREATE TABLE identity_directory(
    identity BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts(id)) STRICT, WITHOUT ROWID;
CREATE TABLE identities(
    account BLOB NOT NULL REFERENCES accounts(id),
    identity BLOB NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider TEXT NOT NULL,
    display TEXT NOT NULL,
    linked_ms INTEGER NOT NULL,
    last_login_ms INTEGER NOT NULL,
    PRIMARY KEY(account, identity)) STRICT, WITHOUT ROWID;
CREATE TABLE tickets(
    kind INTEGER NOT NULL,
    key BLOB NOT NULL,
    expires_ms INTEGER NOT NULL,
    account BLOB,
    device BLOB,
    state BLOB NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY(kind, key)) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_by_account ON tickets(account, kind, device) WHERE account IS NOT NULL;
CREATE INDEX tickets_by_expiry ON tickets(expires_ms);
CREATE TABLE invitations(
    code BLOB NOT NULL PRIMARY KEY,
    uses_left INTEGER NOT NULL CHECK(uses_left >= 0),
    expires_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE audit(
    scope BLOB NOT NULL,
    n INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY(scope, n)) STRICT, WITHOUT ROWID;
CREATE TABLE audit_heads(
    scope BLOB NOT NULL PRIMARY KEY,
    n INTEGER NOT NULL,
    hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
PRAGMA application_id = 0x53504b53;
PRAGMA user_version = 1;
)sql")};

/// Nothing of ours is in it, but something is.
bool is_foreign(SqliteSession& session) {
    return session.run(kTables, {}).rows.at(0).number(0) != 0;
}

}  // namespace

std::uint64_t sqlite_schema_version(SqliteSession& session) {
    return session.run(kVersion, {}).rows.at(0).number(0);
}

void migrate_sqlite(SqliteSession& session) {
    // Two programs may start at once: the version is read under the lock of the transaction.
    SqliteTransaction transaction(session.connection());
    const std::uint64_t present = sqlite_schema_version(session);
    if (present > kSteps.size()) {
        throw StoreUnavailable("a newer sparekey-server made this store: update this program");
    }
    if (present == 0 && is_foreign(session)) {
        throw StoreDamaged("the file is another program's database, not a server's store");
    }
    for (std::size_t step = present; step < kSteps.size(); ++step) {
        session.connection().execute(kSteps[step]);
    }
    transaction.commit();
}

}  // namespace sparekey::sync
