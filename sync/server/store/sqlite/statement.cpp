#include "sync/server/store/sqlite/statement.h"

#include <sqlite3.h>

namespace sparekey::sync {
namespace {

/// Rows, bound values and locks end with the run.
class Rewind {
  public:
    explicit Rewind(sqlite3_stmt* statement) : statement_(statement) {}
    ~Rewind() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    Rewind(const Rewind&) = delete;
    Rewind& operator=(const Rewind&) = delete;

  private:
    sqlite3_stmt* statement_;
};

}  // namespace

SqliteStatement::SqliteStatement(SqliteConnection& connection, const char* sql)
    : connection_(connection) {
    const int code = sqlite3_prepare_v3(connection.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                                        &statement_, nullptr);
    if (code != SQLITE_OK) throw_sqlite(connection.handle(), code);
    // SQLite takes $1 for a name and numbers names as they come.
    for (int n = 1;; ++n) {
        const int place =
            sqlite3_bind_parameter_index(statement_, ("$" + std::to_string(n)).c_str());
        if (place == 0) break;
        places_.push_back(place);
    }
}

SqliteStatement::~SqliteStatement() {
    sqlite3_finalize(statement_);
}

Answer SqliteStatement::run(std::span<const Value> parameters) {
    if (parameters.size() != places_.size()) {
        throw core::SystemFailure("a statement of the store got another number of parameters");
    }
    const Rewind rewind(statement_);
    for (std::size_t i = 0; i < parameters.size(); ++i) bind(places_[i], parameters[i]);
    Answer answer;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement_)) == SQLITE_ROW) answer.rows.push_back(row());
    if (code != SQLITE_DONE) throw_sqlite(connection_.handle(), code);
    if (sqlite3_stmt_readonly(statement_) == 0) {
        answer.changed = static_cast<std::size_t>(sqlite3_changes64(connection_.handle()));
    }
    return answer;
}

void SqliteStatement::bind(int at, const Value& value) {
    struct Binder {
        int operator()(std::monostate) const { return sqlite3_bind_null(statement, at); }
        int operator()(std::int64_t number) const {
            return sqlite3_bind_int64(statement, at, number);
        }
        int operator()(std::string_view text) const {
            const char* const data = text.data() == nullptr ? "" : text.data();
            return sqlite3_bind_text64(statement, at, data, text.size(), SQLITE_STATIC,
                                       SQLITE_UTF8);
        }
        int operator()(ByteView view) const {
            static constexpr std::uint8_t kNothing = 0;
            const std::uint8_t* const data = view.empty() ? &kNothing : view.data();
            return sqlite3_bind_blob64(statement, at, data, view.size(), SQLITE_STATIC);
        }
        sqlite3_stmt* statement;
        int at;
    };
    const int code = std::visit(Binder{statement_, at}, value);
    if (code != SQLITE_OK) throw_sqlite(connection_.handle(), code);
}

Row SqliteStatement::row() const {
    std::vector<Cell> cells;
    const int columns = sqlite3_column_count(statement_);
    cells.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) cells.push_back(cell(column));
    return Row(std::move(cells));
}

Cell SqliteStatement::cell(int column) const {
    const auto size = [this, column] {
        return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    };
    switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_NULL:
            return std::monostate();
        case SQLITE_INTEGER:
            return static_cast<std::int64_t>(sqlite3_column_int64(statement_, column));
        case SQLITE_TEXT: {
            const auto* const text = sqlite3_column_text(statement_, column);
            return std::string(reinterpret_cast<const char*>(text), size());
        }
        default: {
            const auto* const data =
                static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
            return Bytes(data, data + size());
        }
    }
}

}  // namespace sparekey::sync
