#include "storage/schema/schema.h"

#include "core/secret/secret_bytes.h"
#include "storage/schema/state_sums.h"
#include "storage/sqlite/statement.h"

#include <unistd.h>

#include <array>

namespace sparekey::storage {
namespace {

constexpr std::array kMigrations = {
    Migration{1, R"sql(
CREATE TABLE records(
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    parent BLOB,
    type INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    blob BLOB NOT NULL) STRICT;
CREATE TABLE record_ids(
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    hash BLOB NOT NULL,
    seq INTEGER NOT NULL,
    type INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX records_parent ON records(parent, type, id) WHERE parent IS NOT NULL;
CREATE TABLE merkle(node INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE entries(
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    type INTEGER NOT NULL,
    trashed INTEGER NOT NULL,
    favorite INTEGER NOT NULL,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    title TEXT NOT NULL,
    username TEXT NOT NULL,
    urls TEXT NOT NULL,
    tags TEXT NOT NULL,
    title_fold TEXT NOT NULL,
    username_fold TEXT NOT NULL,
    hosts_fold TEXT NOT NULL,
    tags_fold TEXT NOT NULL) STRICT;
CREATE INDEX entries_title ON entries(title_fold, username_fold);
CREATE VIRTUAL TABLE entries_fts USING fts5(
    title, username, hosts, tags,
    content='', contentless_delete=1, tokenize='trigram case_sensitive 1', detail='full');
CREATE TABLE state(key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
)sql"},
    Migration{2, R"sql(
CREATE TABLE audit(
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    item BLOB,
    field TEXT NOT NULL,
    by TEXT NOT NULL) STRICT;
)sql"},
    // A place that is not known yet is learnt when its item is next pruned: SQL cannot open a blob.
    Migration{3, R"sql(
ALTER TABLE records ADD COLUMN place BLOB;
DROP INDEX records_parent;
CREATE INDEX records_parent ON records(parent, type, place, id) WHERE parent IS NOT NULL;
CREATE INDEX entries_conflicting ON entries(seq) WHERE conflicts > 0;
CREATE TABLE shelves(
    trashed INTEGER PRIMARY KEY,
    items INTEGER NOT NULL,
    conflicts INTEGER NOT NULL) STRICT;
INSERT INTO shelves SELECT 0, count(*), coalesce(sum(conflicts), 0) FROM entries WHERE trashed = 0;
INSERT INTO shelves SELECT 1, count(*), coalesce(sum(conflicts), 0) FROM entries WHERE trashed = 1;
)sql"},
    // A leaf of FTS5's own size is a row that does not fit in a page of 4096 bytes less the 80 of
    // SQLCipher's: each took an overflow page, nearly all of it, and a part of another page.
    Migration{4, R"sql(
INSERT INTO entries_fts(entries_fts, rank) VALUES('pgsz', 3900);
)sql"},
    // Empty until the vault has an account on a server.
    Migration{5, R"sql(
CREATE TABLE differences(
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    hash BLOB,
    unsent INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE removed(
    id BLOB NOT NULL PRIMARY KEY,
    parent BLOB,
    version INTEGER NOT NULL,
    blob BLOB NOT NULL) STRICT;
CREATE INDEX removed_parent ON removed(parent) WHERE parent IS NOT NULL;
CREATE INDEX differences_unsent ON differences(unsent) WHERE unsent = 1;
)sql"},
    Migration{6, "", add_state_sums},
};

void set_version(Database& database, int version) {
    database.execute(("PRAGMA user_version = " + std::to_string(version)).c_str());
}

void put_hash(Database& database, const core::Hash& hash) {
    Statement put(database, "INSERT OR REPLACE INTO state(key, value) VALUES('schema', ?1)");
    put.bind(1, core::ByteView(hash)).run();
}

void check_hash(Database& database) {
    Statement get(database, "SELECT value FROM state WHERE key = 'schema'");
    const core::Hash held = database.schema_hash();
    if (!get.step() || !core::equal_constant_time(get.bytes(0), held)) {
        throw CorruptDatabase("vault.db: its schema is not the one that Sparekey made");
    }
}

}  // namespace

std::span<const Migration> migrations() {
    return kMigrations;
}

int schema_version(Database& database) {
    Statement get(database, "PRAGMA user_version");
    return get.step() ? static_cast<int>(get.integer(0)) : 0;
}

std::string Backup::path_for(int version) const {
    return path + ".before-v" + std::to_string(version);
}

void migrate(Database& database, std::span<const Migration> steps, const Backup& backup) {
    const int present = schema_version(database);
    if (present > steps.back().version) {
        throw core::SystemFailure("this vault was made by a newer Sparekey: update this program");
    }
    if (present > 0) check_hash(database);
    if (present > 0 && present < steps.back().version) {
        // One that lies there is of a migration that was interrupted before its first step.
        const std::string copy = backup.path_for(present + 1);
        for (const char* suffix : {"", "-wal", "-journal"}) ::unlink((copy + suffix).c_str());
        database.copy_to(copy, backup.key);
    }
    for (const Migration& step : steps) {
        if (step.version <= present) continue;
        Transaction transaction(database);
        database.execute(step.sql);
        if (step.then != nullptr) step.then(database);
        set_version(database, step.version);
        put_hash(database, database.schema_hash());
        transaction.commit();
    }
}

}  // namespace sparekey::storage
