#include "sync/server/store/sqlite/sqlite_database.h"

#include "sync/server/store/sqlite/schema.h"

namespace sparekey::sync {
namespace {

constexpr std::size_t kReaders = 4;

constexpr Query kBeginReading("BEGIN");
constexpr Query kEndReading("COMMIT");
constexpr Query kGiveUpReading("ROLLBACK");
constexpr Query kIntegrity("PRAGMA integrity_check(1)");
constexpr Query kForeignKeys("PRAGMA foreign_key_check");

const std::string& migrated(const std::string& path) {
    SqliteSession session(path, Access::read_write);
    migrate_sqlite(session);
    return path;
}

void read_snapshot(SqliteSession& session, const Reading& work) {
    session.run(kBeginReading, {});
    try {
        work(session);
    } catch (...) {
        if (session.connection().in_transaction()) session.run(kGiveUpReading, {});
        throw;
    }
    session.run(kEndReading, {});
}

}  // namespace

SqliteReaders::SqliteReaders(const std::string& path) {
    for (std::size_t i = 0; i < kReaders; ++i) {
        sessions_.push_back(std::make_unique<SqliteSession>(path, Access::read_only));
    }
}

std::unique_ptr<SqliteSession> SqliteReaders::take() {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [this] { return !sessions_.empty(); });
    auto session = std::move(sessions_.back());
    sessions_.pop_back();
    return session;
}

void SqliteReaders::give_back(std::unique_ptr<SqliteSession> session) {
    {
        const std::lock_guard lock(mutex_);
        sessions_.push_back(std::move(session));
    }
    free_.notify_one();
}

void SqliteReaders::read(View view, const Reading& work) {
    auto session = take();
    try {
        if (view == View::snapshot) {
            read_snapshot(*session, work);
        } else {
            work(*session);
        }
    } catch (...) {
        give_back(std::move(session));
        throw;
    }
    give_back(std::move(session));
}

core::Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const std::string& path, Use use,
                                                                   StoreObserver* observer) {
    SPAREKEY_TRY(StoreLock lock, StoreLock::take(path, use));
    return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(path, std::move(lock), observer));
}

SqliteDatabase::SqliteDatabase(const std::string& path, StoreLock lock, StoreObserver* observer)
    : path_(path), lock_(std::move(lock)), writer_(migrated(path), observer), readers_(path) {}

void SqliteDatabase::write(const Writing& work) {
    writer_.write(work);
}

void SqliteDatabase::read(View view, const Reading& work) {
    readers_.read(view, work);
}

void SqliteDatabase::announce(const AccountId& account, std::uint64_t head) {
    announcer_.announce(account, head);
}

void SqliteDatabase::on_change(ChangeListener listener) {
    announcer_.on_change(std::move(listener));
}

void SqliteDatabase::check_structure() {
    readers_.read(View::statement, [](Session& session) {
        const Answer pages = session.run(kIntegrity, {});
        if (pages.first() == nullptr || pages.first()->text(0) != "ok") {
            throw StoreDamaged("the structure of the store is damaged");
        }
        if (session.run(kForeignKeys, {}).first() != nullptr) {
            throw StoreDamaged("the store holds rows of an account that is not there");
        }
    });
}

void SqliteDatabase::copy_to(const std::string& path) {
    SqliteConnection source(path_, Access::read_only);
    source.copy_to(path);
}

}  // namespace sparekey::sync
