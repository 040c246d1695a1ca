// The tables of a server's SQLite file, and how they came to be; docs/SCALING.md says what each is
// keyed by, and why.
#pragma once

#include "sync/server/store/sqlite/session.h"

namespace sparekey::sync {

/// Brings the schema to this program's version, each step in one transaction. Throws
/// StoreUnavailable if a newer program made it, StoreDamaged if the file is somebody else's.
void migrate_sqlite(SqliteSession& session);

/// 0 for a new file.
std::uint64_t sqlite_schema_version(SqliteSession& session);

}  // namespace sparekey::sync
