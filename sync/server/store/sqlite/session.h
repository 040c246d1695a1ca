// A SQLite connection as a Session, with the statements that it has prepared.
#pragma once

#include "sync/server/store/sqlite/statement.h"

#include <unordered_map>

namespace sparekey::sync {

class SqliteSession final : public Session {
  public:
    SqliteSession(const std::string& path, Access access) : connection_(path, access) {}

    using Session::run;
    Answer run(const Query& query, std::span<const Value> parameters) override;
    SqliteConnection& connection() { return connection_; }

  private:
    SqliteConnection connection_;
    std::unordered_map<const Query*, SqliteStatement> prepared_;
};

}  // namespace sparekey::sync
