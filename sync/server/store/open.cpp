#include "sync/server/store/open.h"

#include "sync/server/store/address.h"
#include "sync/server/store/postgres/postgres_database.h"
#include "sync/server/store/sql/observed_database.h"
#include "sync/server/store/sql/sql_store.h"
#include "sync/server/store/sqlite/sqlite_database.h"

namespace sparekey::sync {
namespace {

std::unique_ptr<Database> observed(std::unique_ptr<Database> database, StoreObserver* observer) {
    if (observer == nullptr) return database;
    return std::make_unique<ObservedDatabase>(std::move(database), *observer);
}

}  // namespace

core::Result<std::unique_ptr<Database>> open_database(const std::string& address, Use use,
                                                      StoreObserver* observer) {
    SPAREKEY_TRY(const StoreAddress where, StoreAddress::parse(address));
    if (where.kind == StoreAddress::Kind::postgres) {
        SPAREKEY_TRY(auto postgres, PostgresDatabase::open(where.where, use));
        return observed(std::move(postgres), observer);
    }
    SPAREKEY_TRY(auto sqlite, SqliteDatabase::open(where.where, use, observer));
    return observed(std::move(sqlite), observer);
}

core::Result<std::unique_ptr<Store>> open_store(const std::string& address, Use use,
                                                StoreObserver* observer) {
    SPAREKEY_TRY(auto database, open_database(address, use, observer));
    return std::unique_ptr<Store>(std::make_unique<SqlStore>(std::move(database), observer));
}

}  // namespace sparekey::sync
