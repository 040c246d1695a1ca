// One connection to the server's SQLite file, and with statement.h the only code here that names
// sqlite3_*.
//
// The library is SQLCipher without a key, so that one SQLite is linked; the file is a plain SQLite
// database. WAL, synchronous=FULL (a commit is durable when it returns), foreign keys, deleted
// bytes overwritten, no ATTACH, no extensions, no schema that can call anything.
#pragma once

#include "sync/server/store/sql/database.h"
#include "sync/server/store/sql/script.h"

#include <string>

struct sqlite3;

namespace sparekey::sync {

/// `frozen`: a file that nobody writes, and that is left as it is (a backup).
enum class Access { read_write, read_only, frozen };

class SqliteConnection {
  public:
    /// Makes the file, 0600, if it is not there and `access` allows it; an existing one is made
    /// private. Throws StoreUnavailable; StoreDamaged if it is no database.
    SqliteConnection(const std::string& path, Access access);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    void execute(const Script& script);
    /// False once SQLite has given the transaction up by itself (a full disk).
    bool in_transaction() const;
    /// A consistent copy of everything, whoever writes meanwhile; `path` has been made by the
    /// caller.
    void copy_to(const std::string& path);

    sqlite3* handle() const { return handle_; }

  private:
    void apply_settings(Access access);

    sqlite3* handle_ = nullptr;
};

/// BEGIN IMMEDIATE … COMMIT; rolled back if it ends without commit().
class SqliteTransaction {
  public:
    explicit SqliteTransaction(SqliteConnection& connection);
    ~SqliteTransaction();
    SqliteTransaction(const SqliteTransaction&) = delete;
    SqliteTransaction& operator=(const SqliteTransaction&) = delete;
    void commit();

  private:
    SqliteConnection& connection_;
};

/// Throws StoreUnavailable, or StoreDamaged, for a result code that is not a success.
[[noreturn]] void throw_sqlite(sqlite3* handle, int code);

}  // namespace sparekey::sync
