// A prepared statement with parameters $1, $2 …, each of which may stand in it more than once.
#pragma once

#include "sync/server/store/sqlite/connection.h"

struct sqlite3_stmt;

namespace sparekey::sync {

class SqliteStatement {
  public:
    SqliteStatement(SqliteConnection& connection, const char* sql);
    ~SqliteStatement();
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    /// Runs it to its end; leaves it ready for the next run, whatever happens.
    Answer run(std::span<const Value> parameters);

  private:
    void bind(int at, const Value& value);
    Row row() const;
    Cell cell(int column) const;

    SqliteConnection& connection_;
    sqlite3_stmt* statement_ = nullptr;
    std::vector<int> places_;  // of $1, $2 …
};

}  // namespace sparekey::sync
