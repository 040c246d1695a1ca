// One transaction on one connection, and the same again if the database asks for it.
#pragma once

#include "sync/server/store/postgres/pool.h"

namespace sparekey::sync {

/// Tries again after TransactionConflict, with a growing random pause; StoreUnavailable if that
/// does not help.
void run_transaction(PostgresPool& pool, const Writing& work);
void run_snapshot(PostgresPool& pool, const Reading& work);
/// Each statement by itself.
void run_statements(PostgresPool& pool, const Reading& work);

}  // namespace sparekey::sync
