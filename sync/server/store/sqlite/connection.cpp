#include "sync/server/store/sqlite/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sparekey::sync {
namespace {

constexpr int kPatience_ms = 10'000;

constexpr Script kSettings(R"sql(
PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -8192;
)sql");
// A log of up to 16 MB before pages go back into the file: fewer, larger write-backs.
constexpr Script kWrites("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000;");
constexpr Script kReads("PRAGMA query_only = ON;");
constexpr Script kBegin("BEGIN IMMEDIATE");
constexpr Script kCommit("COMMIT");
constexpr Script kRollback("ROLLBACK");

/// Private before there is anything in it, whatever the umask.
void make_private(const std::string& path, Access access) {
    const int flags = access == Access::read_write ? O_RDWR | O_CREAT : O_RDWR;
    const int file = ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600);
    struct stat status {};
    const bool is_private = file >= 0 && ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                            ::fchmod(file, 0600) == 0;
    const std::string why = std::strerror(errno);
    if (file >= 0) ::close(file);
    if (!is_private) throw StoreUnavailable("cannot open the store " + path + ": " + why);
}

}  // namespace

void throw_sqlite(sqlite3* handle, int code) {
    const std::string detail = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_FORMAT:
            throw StoreDamaged("the server's store is damaged (" + detail + ")");
        case SQLITE_FULL:
            throw StoreUnavailable("the disk of the server's store is full");
        default:
            throw StoreUnavailable("the server's store: " + detail);
    }
}

SqliteConnection::SqliteConnection(const std::string& path, Access access) {
    if (access != Access::frozen) make_private(path, access);
    const int flags = access == Access::frozen ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    const int code = sqlite3_open_v2(path.c_str(), &handle_,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    try {
        if (code != SQLITE_OK) throw_sqlite(handle_, code);
        apply_settings(access);
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

SqliteConnection::~SqliteConnection() {
    sqlite3_close_v2(handle_);
}

void SqliteConnection::apply_settings(Access access) {
    sqlite3_busy_timeout(handle_, kPatience_ms);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
    execute(kSettings);
    execute(access == Access::read_write ? kWrites : kReads);
}

void SqliteConnection::execute(const Script& script) {
    const int code = sqlite3_exec(handle_, script.text, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_sqlite(handle_, code);
}

bool SqliteConnection::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

void SqliteConnection::copy_to(const std::string& path) {
    SqliteConnection target(path, Access::read_write);
    sqlite3_backup* const copy = sqlite3_backup_init(target.handle(), "main", handle_, "main");
    if (copy == nullptr) throw_sqlite(target.handle(), sqlite3_errcode(target.handle()));
    // All in one step: what others write meanwhile goes to the log, and is not in this copy.
    const int step = sqlite3_backup_step(copy, -1);
    const int code = sqlite3_backup_finish(copy);
    if (step != SQLITE_DONE) throw_sqlite(nullptr, step);
    if (code != SQLITE_OK) throw_sqlite(target.handle(), code);
    target.execute(Script("PRAGMA journal_mode = DELETE"));
}

SqliteTransaction::SqliteTransaction(SqliteConnection& connection) : connection_(connection) {
    connection_.execute(kBegin);
}

SqliteTransaction::~SqliteTransaction() {
    if (!connection_.in_transaction()) return;
    // If it fails, SQLite has already rolled back by itself.
    sqlite3_exec(connection_.handle(), kRollback.text, nullptr, nullptr, nullptr);
}

void SqliteTransaction::commit() {
    connection_.execute(kCommit);
}

}  // namespace sparekey::sync
