// One connection of its own for as long as the store is open: it holds the advisory lock that says
// how the store is used, and hears of heads that other servers moved.
//
// After a lost connection it makes a new one; what was said meanwhile is not heard.
#pragma once

#include "sync/server/store/announcer.h"
#include "sync/server/store/postgres/connection.h"
#include "sync/server/store/use.h"

#include <atomic>
#include <string>

namespace sparekey::sync {

class PostgresListener {
  public:
    /// `connection` holds the lock for `use` already.
    PostgresListener(std::string options, Use use, std::unique_ptr<PostgresConnection> connection,
                     Announcer& announcer);
    ~PostgresListener();
    PostgresListener(const PostgresListener&) = delete;
    PostgresListener& operator=(const PostgresListener&) = delete;

    /// What this server says to the others of a head that moved.
    std::string message(const AccountId& account, std::uint64_t head) const;

  private:
    void run();
    void listen_until_lost();
    void hear(const std::string& message);
    bool wait(int socket, int most_ms);
    void connect_again();

    std::string options_;
    Use use_;
    std::unique_ptr<PostgresConnection> connection_;
    Announcer& announcer_;
    std::atomic<int> backend_;
    int wake_;  // an eventfd: the end
    std::thread thread_;
};

/// Whether the lock for `use` was to be had; until the connection ends.
bool take_use_lock(PostgresConnection& connection, Use use);

inline constexpr const char* kHeadChannel = "sparekey_head";

}  // namespace sparekey::sync
