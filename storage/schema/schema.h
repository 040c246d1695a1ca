// The tables of vault.db and how they came to be: numbered migrations, each one transaction.
//
//   records     every sealed record, appended by an integer key; blobs are opaque here; `place`
//               orders the records of one parent (core/ports/record_store.h)
//   record_ids  the narrow index by record id; holds what a Merkle bucket needs
//   merkle      nodes of the state root's tree; an absent row is an empty subtree
//   entries     the search index: one row an item, derived from it, never a secret
//   entries_fts trigrams of entries' folded text, for substrings of three characters and more
//   shelves     how many entries there are, live and trashed, and how many conflicts they have
//   audit       which secret was handed out, by what, when (storage/store/audit_log.h)
//   differences what the account on the server has of records that differ here
//   removed     sealed records that were removed here, until the account has heard of it
//   state       vault id, local sequence, state root, keyring; the account, what is being pushed;
//               sums of all that (storage/schema/state_sums.h)
//
// The schema's hash is checked at every open: a planted trigger or view is CorruptDatabase.
#pragma once

#include "storage/sqlite/database.h"

#include <span>
#include <string>

namespace sparekey::storage {

/// One step from version N−1 to N, as SQL, and what SQL cannot do.
struct Migration {
    int version;
    const char* sql;
    void (*then)(Database& database) = nullptr;
};
std::span<const Migration> migrations();

/// Where a database is copied to before a migration: beside `path`, under the same key.
struct Backup {
    const std::string& path;
    const core::DatabaseKey& key;

    /// The copy that was made before the step to `version`.
    std::string path_for(int version) const;
};

/// Brings the schema to the last of `steps`, each step in one transaction; an existing database is
/// copied before the first. A kill at any moment leaves a version that the next call goes on from.
/// CorruptDatabase if the schema is not the one that the steps made; core::SystemFailure with a
/// hint if it was made by a newer program.
void migrate(Database& database, std::span<const Migration> steps, const Backup& backup);

/// The version of a database, 0 for a new one.
int schema_version(Database& database);

}  // namespace sparekey::storage
