#include "sync/server/store/postgres/schema.h"

#include "sync/server/store/postgres/transaction.h"

#include <array>

namespace sparekey::sync {
namespace {

constexpr std::int64_t kMigrationLock = 0x73706b7302;
constexpr Query kLock("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)");
constexpr Query kVersionTable(
    "CREATE TABLE IF NOT EXISTS schema_version(singleton BIGINT PRIMARY KEY CHECK(singleton = 1), "
    "version BIGINT NOT NULL)");
constexpr Query kVersion("SELECT version FROM schema_version");
constexpr Query kSetVersion(
    "INSERT INTO schema_version(singleton, version) VALUES(1, $1) "
    "ON CONFLICT(singleton) DO UPDATE SET version = excluded.version");

// Row locks update accounts and audit_heads in place, for which their pages keep some room. Blobs
// are sealed: PostgreSQL need not try to compress them. The directory refers to accounts without a
// foreign key, since it is the one table that another account's rows may lie beside.
constexpr Query kFirst[] = {
    R"sql(CREATE TABLE accounts(
    id BYTEA PRIMARY KEY,
    created_ms BIGINT NOT NULL,
    head BIGINT NOT NULL,
    head_hash BYTEA NOT NULL,
    records BIGINT NOT NULL CHECK(records >= 0),
    bytes BIGINT NOT NULL CHECK(bytes >= 0)) WITH (fillfactor = 70))sql",
    R"sql(CREATE TABLE rosters(
    account BYTEA PRIMARY KEY REFERENCES accounts(id),
    roster BYTEA NOT NULL,
    slots BYTEA NOT NULL,
    keyring BYTEA NOT NULL,
    sum BYTEA NOT NULL))sql",
    R"sql(CREATE TABLE commits(
    account BYTEA NOT NULL REFERENCES accounts(id),
    n BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    previous BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    with_roster BIGINT NOT NULL,
    audit_n BIGINT NOT NULL,
    PRIMARY KEY(account, n)))sql",
    R"sql(CREATE TABLE records(
    account BYTEA NOT NULL REFERENCES accounts(id),
    id BYTEA NOT NULL,
    version BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    size BIGINT NOT NULL,
    commit_n BIGINT NOT NULL,
    blob BYTEA NOT NULL,
    PRIMARY KEY(account, id)))sql",
    "CREATE INDEX records_by_commit ON records(account, commit_n) INCLUDE (size)",
    "ALTER TABLE records ALTER COLUMN blob SET STORAGE EXTERNAL",
    R"sql(CREATE TABLE devices(
    account BYTEA NOT NULL REFERENCES accounts(id),
    id BYTEA NOT NULL,
    key BYTEA NOT NULL,
    receiving_key BYTEA NOT NULL,
    added_ms BIGINT NOT NULL,
    last_seen_ms BIGINT NOT NULL,
    revoked_ms BIGINT,
    PRIMARY KEY(account, id)))sql",
    R"sql(CREATE TABLE identity_directory(
    identity BYTEA PRIMARY KEY,
    account BYTEA NOT NULL))sql",
    R"sql(CREATE TABLE identities(
    account BYTEA NOT NULL REFERENCES accounts(id),
    identity BYTEA NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    provider TEXT NOT NULL,
    display TEXT NOT NULL,
    linked_ms BIGINT NOT NULL,
    last_login_ms BIGINT NOT NULL,
    PRIMARY KEY(account, identity)))sql",
    R"sql(CREATE TABLE tickets(
    kind BIGINT NOT NULL,
    key BYTEA NOT NULL,
    expires_ms BIGINT NOT NULL,
    account BYTEA,
    device BYTEA,
    state BYTEA NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY(kind, key)))sql",
    "CREATE INDEX tickets_by_account ON tickets(account, kind, device) WHERE account IS NOT NULL",
    "CREATE INDEX tickets_by_expiry ON tickets(expires_ms)",
    R"sql(CREATE TABLE invitations(
    code BYTEA PRIMARY KEY,
    uses_left BIGINT NOT NULL CHECK(uses_left >= 0),
    expires_ms BIGINT NOT NULL))sql",
    R"sql(CREATE TABLE audit(
    scope BYTEA NOT NULL,
    n BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY(scope, n)))sql",
    R"sql(CREATE TABLE audit_heads(
    scope BYTEA PRIMARY KEY,
    n BIGINT NOT NULL,
    hash BYTEA NOT NULL) WITH (fillfactor = 70))sql",
};

// steps[n − 1] leads to version n.
constexpr std::array<std::span<const Query>, 1> kSteps = {std::span<const Query>(kFirst)};

void migrate(Session& session) {
    session.run(kLock, {kMigrationLock});
    session.run(kVersionTable, {});
    const Answer found = session.run(kVersion, {});
    const std::uint64_t present = found.first() == nullptr ? 0 : found.first()->number(0);
    if (present > kSteps.size()) {
        throw StoreUnavailable("a newer sparekey-server made this store: update this program");
    }
    if (present == kSteps.size()) return;
    for (std::size_t step = present; step < kSteps.size(); ++step) {
        for (const Query& query : kSteps[step]) session.run(query, {});
    }
    session.run(kSetVersion, {number(kSteps.size())});
}

}  // namespace

void migrate_postgres(PostgresPool& pool) {
    run_transaction(pool, [](Session& session) {
        migrate(session);
        return Decision::keep;
    });
}

}  // namespace sparekey::sync
