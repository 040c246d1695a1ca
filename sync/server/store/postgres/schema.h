// The tables of a PostgreSQL store, and how they came to be.
//
// The same as SQLite's. An account's id leads every key, numbers are counted within an account, and
// no sequence is shared, so that nothing stands in the way of an engine that spreads rows by key.
#pragma once

#include "sync/server/store/postgres/pool.h"

namespace sparekey::sync {

/// Brings the schema to this program's version in one transaction, one server at a time. Throws
/// StoreUnavailable, also if a newer program made it.
void migrate_postgres(PostgresPool& pool);

}  // namespace sparekey::sync
