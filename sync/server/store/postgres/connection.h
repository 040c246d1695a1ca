// One connection to PostgreSQL, and the only code that names libpqxx: connection.cpp holds what is
// different between its versions 6.4 (Debian 12) and 7.10 (Debian 13).
//
// Never used from two threads at once. It does not connect again by itself: whoever lost a
// connection in the middle of a transaction must not go on outside of it.
#pragma once

#include "sync/server/store/sql/database.h"
#include "sync/server/store/sql/script.h"

#include <memory>
#include <string>

namespace sparekey::sync {

/// The database asks for the same transaction again: 40001 serialization_failure, 40P01
/// deadlock_detected.
class TransactionConflict : public StoreUnavailable {
  public:
    using StoreUnavailable::StoreUnavailable;
};

class PostgresConnection {
  public:
    /// Sets what every session of ours has: timeouts, synchronous_commit. Throws StoreUnavailable
    /// with the reason, which holds nothing of `options` but what the server repeats, such as the
    /// database's name.
    explicit PostgresConnection(const std::string& options);
    ~PostgresConnection();
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    /// Prepared at its first use. Throws TransactionConflict, StoreDamaged (XX001, XX002), or
    /// StoreUnavailable, which names the SQLSTATE and nothing that a row or parameter holds.
    Answer run(const Query& query, std::span<const Value> parameters);
    void execute(const Script& script);
    /// It was lost, or is in a state that nobody knows.
    bool is_broken() const;

    /// The server's process for this session, and the socket to wait on for notifications.
    int backend() const;
    int socket() const;
    /// From now on: what others NOTIFY on `channel`.
    void listen(const char* channel);
    /// The payloads that came since the last call; waits for none.
    std::vector<std::string> notifications();

  private:
    struct Library;
    std::unique_ptr<Library> library_;
};

}  // namespace sparekey::sync
