// One SQLCipher connection, and the only folder of ours that names sqlite3_*.
//
// Opened with the settings of research into SQLCipher 4.6 set and then read back: any that does not
// hold closes the file again. Corrupt pages, a wrong key and a foreign file are CorruptDatabase,
// which the store turns into ErrorCode::integrity; disk failures are core::SystemFailure.
#pragma once

#include "core/base/error.h"
#include "core/model/key_slots.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sparekey::storage {

/// The file is not what this key wrote: damage or tampering.
class CorruptDatabase : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// `bulk` is for a process that loads very many rows and exits afterwards: a large page cache.
/// `draft` is the same into a file that nobody else opens, and that is thrown away unless its one
/// transaction is committed: no log, and a journal in memory.
enum class Workload { normal, bulk, draft };

enum class Opening { create, existing };

class Database {
  public:
    /// `create`: the file must not exist. `existing`: an empty, truncated or plaintext file is
    /// CorruptDatabase, never a new database; on a read-only mount it is opened for reading, unless
    /// the log beside it holds changes that would be missed.
    Database(const std::string& path, const core::DatabaseKey& key, Opening opening,
             Workload workload);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// One or more statements without results.
    void execute(const char* sql);
    std::int64_t last_insert_id() const;
    std::int64_t changes() const;
    /// Much space that was freed goes back to the file system, as a transaction of its own. A
    /// database that was made without auto_vacuum keeps it.
    void give_back_space();
    /// Whether statements may change anything: else they are refused.
    void allow_changes(bool allowed);
    /// A draft becomes a database with a log as any other, and may be renamed. This connection can
    /// be read from, and changes nothing any more: its log has the draft's name.
    void finish_draft();
    /// PRAGMA integrity_check and cipher_integrity_check; throws CorruptDatabase.
    void check_integrity();
    /// SHA-256 over every statement of the schema, in order of name.
    core::Hash schema_hash();
    /// A consistent copy under the same key, 0600; `path` must not exist.
    void copy_to(const std::string& path, const core::DatabaseKey& key);

    bool is_read_only() const { return read_only_; }
    sqlite3* handle() const { return handle_; }

    /// `wait` is called before each use of a statement and returns when this thread may use the
    /// connection: for whoever lends it to another thread. Empty: it has one user.
    void before_use(std::function<void()> wait) { before_use_ = std::move(wait); }
    void use() {
        if (before_use_) before_use_();
    }

  private:
    friend class Statement;  // the only one who takes and keeps

    /// A statement that was kept, or a new one.
    sqlite3_stmt* take_statement(std::string_view sql);
    /// For whoever asks for the same text next; `statement` holds no row and no value.
    void keep_statement(sqlite3_stmt* statement) noexcept;

    int open_file(const std::string& path);
    void apply_key(const core::DatabaseKey& key);
    void apply_settings(Workload workload);
    void assert_settings(Workload workload);
    void assert_setting(const char* name, const char* wanted);
    std::string pragma(const char* name);
    void close();

    sqlite3* handle_ = nullptr;
    bool read_only_ = false;
    std::function<void()> before_use_;
    std::map<std::string, sqlite3_stmt*, std::less<>> kept_;  // by their text
};

/// Throws CorruptDatabase or SystemFailure for a SQLite result code that is not a success.
[[noreturn]] void throw_sqlite_failure(sqlite3* handle, int code);

}  // namespace sparekey::storage
