#include "storage/sqlite/statement.h"

#include <sqlite3.h>

namespace sparekey::storage {

Statement::Statement(Database& database, std::string_view sql)
    : database_(database), statement_((database.use(), database.take_statement(sql))) {}

Statement::~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    database_.keep_statement(statement_);
}

/// An exception may have left it in the middle of its rows.
void Statement::rewind() {
    database_.use();
    if (sqlite3_stmt_busy(statement_) != 0) reset();
}

Statement& Statement::bind(int at, std::int64_t value) {
    rewind();
    const int code = sqlite3_bind_int64(statement_, at, value);
    if (code != SQLITE_OK) throw_sqlite_failure(database_.handle(), code);
    return *this;
}

Statement& Statement::bind(int at, std::string_view text) {
    rewind();
    const char* const data = text.data() == nullptr ? "" : text.data();
    const int code =
        sqlite3_bind_text64(statement_, at, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) throw_sqlite_failure(database_.handle(), code);
    return *this;
}

Statement& Statement::bind(int at, core::ByteView bytes) {
    rewind();
    static constexpr std::uint8_t kNothing = 0;
    const std::uint8_t* const data = bytes.empty() ? &kNothing : bytes.data();
    const int code = sqlite3_bind_blob64(statement_, at, data, bytes.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) throw_sqlite_failure(database_.handle(), code);
    return *this;
}

Statement& Statement::bind_null(int at) {
    rewind();
    const int code = sqlite3_bind_null(statement_, at);
    if (code != SQLITE_OK) throw_sqlite_failure(database_.handle(), code);
    return *this;
}

bool Statement::step() {
    database_.use();
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    reset();
    throw_sqlite_failure(database_.handle(), code);
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

void Statement::reset() {
    sqlite3_reset(statement_);
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
    const unsigned char* const text = sqlite3_column_text(statement_, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

core::ByteView Statement::bytes(int column) const {
    const void* const blob = sqlite3_column_blob(statement_, column);
    if (blob == nullptr) return {};
    return {static_cast<const std::uint8_t*>(blob),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Transaction::Transaction(Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (!open_) return;
    // A failed ROLLBACK means that SQLite has already rolled back by itself.
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    database_.execute("COMMIT");
    open_ = false;
}

}  // namespace sparekey::storage
