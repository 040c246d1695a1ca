// Connections to one PostgreSQL database, made when they are needed and used again.
#pragma once

#include "sync/server/store/postgres/connection.h"

#include <condition_variable>
#include <mutex>

namespace sparekey::sync {

/// A connection as a Session.
class PostgresSession final : public Session {
  public:
    explicit PostgresSession(PostgresConnection& connection) : connection_(connection) {}
    using Session::run;
    Answer run(const Query& query, std::span<const Value> parameters) override {
        return connection_.run(query, parameters);
    }

  private:
    PostgresConnection& connection_;
};

class PostgresPool {
  public:
    PostgresPool(std::string options, std::size_t most)
        : options_(std::move(options)), most_(most) {}

    /// Back in the pool at its end, unless it is broken.
    class Lease {
      public:
        Lease(PostgresPool& pool, std::unique_ptr<PostgresConnection> connection)
            : pool_(pool), connection_(std::move(connection)) {}
        ~Lease() { pool_.give_back(std::move(connection_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        PostgresConnection& operator*() { return *connection_; }
        PostgresConnection* operator->() { return connection_.get(); }
        /// In place of one that turned out to be broken: a new one. Throws StoreUnavailable.
        void renew();

      private:
        PostgresPool& pool_;
        std::unique_ptr<PostgresConnection> connection_;
    };

    /// Waits while all are in use, for ten seconds at most. Throws StoreUnavailable.
    Lease take();

  private:
    void give_back(std::unique_ptr<PostgresConnection> connection);
    std::unique_ptr<PostgresConnection> take_idle();

    std::string options_;
    std::size_t most_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<std::unique_ptr<PostgresConnection>> idle_;
    std::size_t leased_ = 0;
};

}  // namespace sparekey::sync
