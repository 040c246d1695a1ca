#include "sync/server/store/open.h"

#include "sync/server/store/address.h"
#include "sync/server/store/postgres/postgres_database.h"
#include "sync/server/store/sql/sql_store.h"
#include "sync/server/store/sqlite/sqlite_database.h"

namespace sparekey::sync {

core::Result<std::unique_ptr<Database>> open_database(const std::string& address, Use use) {
    SPAREKEY_TRY(const StoreAddress where, StoreAddress::parse(address));
    if (where.kind == StoreAddress::Kind::postgres) {
        SPAREKEY_TRY(auto postgres, PostgresDatabase::open(where.where, use));
        return std::unique_ptr<Database>(std::move(postgres));
    }
    SPAREKEY_TRY(auto sqlite, SqliteDatabase::open(where.where, use));
    return std::unique_ptr<Database>(std::move(sqlite));
}

core::Result<std::unique_ptr<Store>> open_store(const std::string& address, Use use) {
    SPAREKEY_TRY(auto database, open_database(address, use));
    return std::unique_ptr<Store>(std::make_unique<SqlStore>(std::move(database)));
}

}  // namespace sparekey::sync
