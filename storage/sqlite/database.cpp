#include "storage/sqlite/database.h"

#include "core/crypto/hash.h"
#include "core/secret/secret_bytes.h"
#include "storage/sqlite/memory.h"
#include "storage/sqlite/statement.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace sparekey::storage {
namespace {

constexpr off_t kPageSize = 4096;

// Free pages that the next changes will take: to move others into their place costs writes.
constexpr std::int64_t kSparePages = 1024;
constexpr std::int64_t kSpareShare = 8;  // one of so many

/// No program of ours attaches a database or loads an extension: a statement that tries is hostile.
int authorize(void*, int action, const char*, const char* detail, const char*, const char*) {
    if (action == SQLITE_ATTACH || action == SQLITE_DETACH) return SQLITE_DENY;
    if (action == SQLITE_FUNCTION && detail != nullptr &&
        std::string_view(detail) == "load_extension") {
        return SQLITE_DENY;
    }
    return SQLITE_OK;
}

/// Creates the file before SQLite does, so that its mode does not depend on the umask.
void create_empty(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        throw core::SystemFailure("cannot create " + path + ": " + std::strerror(errno));
    }
    const bool private_mode = ::fchmod(file, 0600) == 0;
    ::close(file);
    if (!private_mode) throw core::SystemFailure("cannot set the mode of " + path);
}

/// Changes that are not in the database yet lie beside it.
bool has_log(const std::string& path) {
    struct stat status {};
    return ::lstat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0;
}

/// A page that was cut off is damage, unless it is half a checkpoint's, which the log has whole.
bool has_whole_pages(const std::string& path, off_t size) {
    return size >= kPageSize && (size % kPageSize == 0 || has_log(path));
}

/// SQLite takes an empty file for a new database and a plaintext one for its own.
void require_ciphertext(const std::string& path) {
    // Not blocking: a pipe that someone put there has no other end.
    const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        throw CorruptDatabase(path + (errno == ENOENT ? " is missing" : " cannot be opened"));
    }
    struct stat status {};
    std::array<char, 16> head{};
    const bool whole = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                       has_whole_pages(path, status.st_size) &&
                       ::pread(file, head.data(), head.size(), 0) == 16;
    ::close(file);
    if (!whole) throw CorruptDatabase(path + " is empty or cut off");
    if (std::string_view(head.data(), 15) == "SQLite format 3") {
        throw CorruptDatabase(path + " is a plaintext database, not a vault");
    }
}

/// The file lies on a read-only mount, where SQLite could not make its log.
bool is_on_read_only_mount(const std::string& path) {
    struct statvfs mount {};
    return ::statvfs(path.c_str(), &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0;
}

void require_empty_log(const std::string& path) {
    if (!has_log(path)) return;
    throw core::SystemFailure(
        "the last changes are still in vault.db-wal, and the folder is read-only: open the vault "
        "once where it can be written");
}

/// What SQLite would call a disk I/O error.
void require_writable_folder(const std::string& path) {
    const std::string folder = path.substr(0, path.rfind('/'));
    if (::access(folder.c_str(), W_OK) == 0) return;
    throw core::SystemFailure(
        "the vault's folder cannot be written to (" + std::string(std::strerror(errno)) +
        "), and a look-up needs that too, for the log of vault.db: chmod u+w " + folder);
}

/// SQLite's name for a file that nobody changes: it needs neither a log nor locks.
std::string immutable_uri(const std::string& path) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
            uri += c;
        } else {
            uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
        }
    }
    return uri + "?immutable=1";
}

struct Setting {
    const char* pragma;
    const char* wanted;
};

// Read back at every open; SQLCipher reports its own as text too.
constexpr std::array kAsserted = {
    Setting{"cipher_page_size", "4096"},
    Setting{"cipher_use_hmac", "1"},
    Setting{"cipher_hmac_algorithm", "HMAC_SHA512"},
    Setting{"cipher_plaintext_header_size", "0"},
    Setting{"locking_mode", "exclusive"},
    Setting{"synchronous", "2"},
    Setting{"secure_delete", "1"},
    Setting{"temp_store", "2"},
    Setting{"trusted_schema", "0"},
    Setting{"cell_size_check", "1"},
    Setting{"mmap_size", "0"},
    Setting{"foreign_keys", "0"},
};

}  // namespace

void throw_sqlite_failure(sqlite3* handle, int code) {
    const std::string detail = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_FORMAT:
            throw CorruptDatabase("vault.db is damaged (" + detail + ")");
        case SQLITE_FULL:
            throw core::SystemFailure("the disk is full; nothing was changed");
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw core::SystemFailure("vault.db is in use by another program");
        case SQLITE_READONLY:
            throw core::SystemFailure("vault.db cannot be written: the folder is read-only");
        default:
            throw core::SystemFailure("vault.db: " + detail);
    }
}

Database::Database(const std::string& path, const core::DatabaseKey& key, Opening opening,
                   Workload workload) {
    use_locked_heap();
    if (opening == Opening::create) {
        create_empty(path);
    } else {
        require_ciphertext(path);
    }
    const int code = open_file(path);
    try {
        if (code != SQLITE_OK) throw_sqlite_failure(handle_, code);
        execute("PRAGMA cipher_log_level = NONE");
        execute("PRAGMA cipher_log_source = NONE");
        // The heap wipes and locks.
        execute("PRAGMA cipher_memory_security = OFF");
        apply_key(key);
        // Of the first page on. One that has it would be written to, which a full disk must not
        // need.
        if (opening == Opening::create) execute("PRAGMA auto_vacuum = INCREMENTAL");
        apply_settings(workload);
        assert_settings(workload);
        lock_heap_again();
        if (opening == Opening::create) require_ciphertext(path);
    } catch (...) {
        close();
        throw;
    }
    sqlite3_set_authorizer(handle_, authorize, nullptr);
}

int Database::open_file(const std::string& path) {
    constexpr int kFlags = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    read_only_ = is_on_read_only_mount(path);
    if (!read_only_) {
        require_writable_folder(path);
        return sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | kFlags, nullptr);
    }
    require_empty_log(path);
    return sqlite3_open_v2(immutable_uri(path).c_str(), &handle_,
                           SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | kFlags, nullptr);
}

Database::~Database() {
    close();
}

void Database::close() {
    for (const auto& [sql, statement] : kept_) sqlite3_finalize(statement);
    kept_.clear();
    sqlite3_close_v2(handle_);
    lock_heap_again();
}

sqlite3_stmt* Database::take_statement(std::string_view sql) {
    if (const auto kept = kept_.find(sql); kept != kept_.end()) {
        sqlite3_stmt* const statement = kept->second;
        kept_.erase(kept);
        return statement;
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) throw_sqlite_failure(handle_, code);
    return statement;
}

void Database::keep_statement(sqlite3_stmt* statement) noexcept try {
    const auto [place, is_first] = kept_.try_emplace(sqlite3_sql(statement), statement);
    if (!is_first) sqlite3_finalize(statement);
} catch (const std::bad_alloc&) {
    sqlite3_finalize(statement);
}

/// The raw key, as SQLCipher's x'HEX' literal: no PBKDF2 over it.
void Database::apply_key(const core::DatabaseKey& key) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    core::SecretBuilder literal;
    literal.append("x'");
    for (const std::uint8_t byte : key.expose()) {
        literal.append(kDigits[byte >> 4]);
        literal.append(kDigits[byte & 15]);
    }
    literal.append('\'');
    const int code =
        sqlite3_key_v2(handle_, "main", literal.expose().data(), static_cast<int>(literal.size()));
    if (code != SQLITE_OK) throw_sqlite_failure(handle_, code);
}

void Database::apply_settings(Workload workload) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    execute("PRAGMA cipher_page_size = 4096");
    execute("PRAGMA locking_mode = EXCLUSIVE");
    if (!read_only_) {
        execute(workload == Workload::draft ? "PRAGMA journal_mode = MEMORY"
                                            : "PRAGMA journal_mode = WAL");
    }
    execute("PRAGMA synchronous = FULL");
    execute("PRAGMA secure_delete = ON");
    execute("PRAGMA temp_store = MEMORY");
    execute("PRAGMA trusted_schema = OFF");
    execute("PRAGMA cell_size_check = ON");
    execute("PRAGMA mmap_size = 0");
    execute("PRAGMA foreign_keys = OFF");
    execute(workload == Workload::normal ? "PRAGMA cache_size = -4096"
                                         : "PRAGMA cache_size = -24576");
}

void Database::assert_settings(Workload workload) {
    for (const Setting& setting : kAsserted) assert_setting(setting.pragma, setting.wanted);
    if (read_only_) return;
    assert_setting("journal_mode", workload == Workload::draft ? "memory" : "wal");
}

void Database::assert_setting(const char* name, const char* wanted) {
    const std::string held = pragma(name);
    if (held != wanted) {
        throw core::SystemFailure("SQLCipher does not hold " + std::string(name) + " = " + wanted +
                                  " but " + held);
    }
}

std::string Database::pragma(const char* name) {
    Statement statement(*this, std::string("PRAGMA ") + name);
    return statement.step() ? std::string(statement.text(0)) : std::string();
}

void Database::execute(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_sqlite_failure(handle_, code);
}

std::int64_t Database::last_insert_id() const {
    return sqlite3_last_insert_rowid(handle_);
}
std::int64_t Database::changes() const {
    return sqlite3_changes64(handle_);
}

void Database::give_back_space() {
    const auto number = [this](const char* name) {
        Statement statement(*this, std::string("PRAGMA ") + name);
        return statement.step() ? statement.integer(0) : 0;
    };
    const std::int64_t unused = number("freelist_count");
    if (unused < kSparePages || unused < number("page_count") / kSpareShare) return;
    execute("PRAGMA incremental_vacuum");
}

void Database::allow_changes(bool allowed) {
    execute(allowed ? "PRAGMA query_only = OFF" : "PRAGMA query_only = ON");
}

void Database::finish_draft() {
    execute("PRAGMA journal_mode = WAL");
    assert_setting("journal_mode", "wal");
    // The log is opened by the first read, and by name: as long as the file has its own.
    [[maybe_unused]] const std::string version = pragma("user_version");
    allow_changes(false);
}

void Database::check_integrity() {
    Statement pages(*this, "PRAGMA cipher_integrity_check");
    const bool is_damaged = pages.step();
    lock_heap_again();
    if (is_damaged) throw CorruptDatabase("vault.db: " + std::string(pages.text(0)));
    Statement structure(*this, "PRAGMA integrity_check(1)");
    if (!structure.step() || structure.text(0) != "ok") {
        throw CorruptDatabase("vault.db: its structure is damaged");
    }
}

core::Hash Database::schema_hash() {
    core::Sha256 hash;
    Statement rows(*this,
                   "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema "
                   "ORDER BY type, name");
    while (rows.step()) {
        for (int column = 0; column < 4; ++column) {
            hash.update(core::bytes_of(rows.text(column)));
            hash.update(core::bytes_of(std::string_view("\0", 1)));
        }
    }
    return hash.finish();
}

void Database::copy_to(const std::string& path, const core::DatabaseKey& key) {
    Database target(path, key, Opening::create, Workload::normal);
    sqlite3_backup* const backup = sqlite3_backup_init(target.handle(), "main", handle_, "main");
    if (backup == nullptr) {
        throw_sqlite_failure(target.handle(), sqlite3_errcode(target.handle()));
    }
    sqlite3_backup_step(backup, -1);
    const int code = sqlite3_backup_finish(backup);
    if (code != SQLITE_OK) throw_sqlite_failure(target.handle(), code);
}

}  // namespace sparekey::storage
