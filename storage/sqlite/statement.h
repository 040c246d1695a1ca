// A prepared statement: bind by position from 1, step through rows, columns from 0. What was
// prepared is kept by the database for the next of the same text.
#pragma once

#include "core/base/bytes.h"
#include "storage/sqlite/database.h"

#include <optional>
#include <string_view>

struct sqlite3_stmt;

namespace sparekey::storage {

class Statement {
  public:
    Statement(Database& database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Rewinds a statement that was left in the middle of its rows, by an exception say. Bound
    /// bytes and text must outlive the next run() or the last step().
    Statement& bind(int at, std::int64_t value);
    Statement& bind(int at, std::string_view text);
    Statement& bind(int at, core::ByteView bytes);
    Statement& bind_null(int at);

    /// True while there is a row.
    bool step();
    /// For statements without rows: steps once and resets.
    void run();
    /// Ready to be bound and stepped again.
    void reset();

    std::int64_t integer(int column) const;
    /// Valid until the next step().
    std::string_view text(int column) const;
    core::ByteView bytes(int column) const;
    bool is_null(int column) const;

  private:
    void rewind();

    Database& database_;
    sqlite3_stmt* statement_;
};

/// BEGIN IMMEDIATE … COMMIT; rolled back if it ends without commit().
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace sparekey::storage
