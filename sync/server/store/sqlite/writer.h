// The one writer of a SQLite file, with group commit.
//
// What waits at the same time shares one transaction, each in a savepoint of its own, and is
// answered when the shared commit is durable: many pushes cost one fsync. One that fails or is
// undone takes back its savepoint alone. If the shared transaction itself is lost (a full disk),
// each is tried again by itself, so that those that fit are kept.
#pragma once

#include "sync/server/store/observer.h"
#include "sync/server/store/sqlite/session.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace sparekey::sync {

class SqliteWriter {
  public:
    /// `observer` outlives it, if there is one.
    explicit SqliteWriter(const std::string& path, StoreObserver* observer = nullptr);
    /// Finishes what waits.
    ~SqliteWriter();
    SqliteWriter(const SqliteWriter&) = delete;
    SqliteWriter& operator=(const SqliteWriter&) = delete;

    /// Returns when it is durable or undone; throws what `work` throws, or StoreUnavailable.
    void write(const Writing& work);

    /// The transactions that were durable so far, for the tests.
    std::uint64_t commits() const { return commits_.load(); }

  private:
    struct Job {
        const Writing* work;
        std::promise<void> done;
        std::exception_ptr failure = nullptr;
        bool answered = false;
    };
    using Jobs = std::vector<std::unique_ptr<Job>>;

    void run();
    Jobs wait_for_jobs();
    /// False if the transaction was lost, with everything that was done in it.
    bool commit_together(std::span<const std::unique_ptr<Job>> jobs);
    void run_in_savepoint(Job& job);
    static void answer(Job& job);

    SqliteSession session_;
    StoreObserver* observer_;
    std::mutex mutex_;
    std::condition_variable waiting_;
    std::deque<std::unique_ptr<Job>> queue_;
    bool ends_ = false;
    std::atomic<std::uint64_t> commits_{0};
    std::thread thread_;
};

}  // namespace sparekey::sync
