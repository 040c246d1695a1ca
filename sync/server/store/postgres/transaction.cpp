#include "sync/server/store/postgres/transaction.h"

#include "core/base/mutant.h"

#include <chrono>
#include <random>
#include <thread>

namespace sparekey::sync {
namespace {

constexpr Script kBegin("BEGIN ISOLATION LEVEL READ COMMITTED");
// It holds no locks: a copy of the whole store may take its time between two pages.
constexpr Script kBeginSnapshot(
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    "SET LOCAL idle_in_transaction_session_timeout = 0");
constexpr Script kCommit("COMMIT");
constexpr Script kRollback("ROLLBACK");

constexpr int kMostTries = 12;

/// Up to 2, 4, 8 … 256 ms, so that those who met do not meet again.
void pause(int attempt) {
    thread_local std::minstd_rand random(std::random_device{}());
    const int most_us = 1'000 << std::min(attempt + 1, 8);
    const int chosen = std::uniform_int_distribution<int>(0, most_us)(random);
    std::this_thread::sleep_for(std::chrono::microseconds(chosen));
}

/// A pooled connection may have ended with the database since; nothing is lost before BEGIN.
void begin(PostgresPool::Lease& lease, const Script& how) {
    try {
        lease->execute(how);
        return;
    } catch (const StoreUnavailable&) {
        if (!lease->is_broken()) throw;
    }
    lease.renew();
    lease->execute(how);
}

void roll_back(PostgresConnection& connection) {
    if (connection.is_broken()) return;
    try {
        connection.execute(kRollback);
    } catch (const StoreUnavailable&) {
        // It is broken by now, and with it the transaction.
    }
}

void run_once(PostgresPool& pool, const Writing& work) {
    auto lease = pool.take();
    begin(lease, kBegin);
    PostgresSession session(*lease);
    try {
        const Decision decision = work(session);
        lease->execute(decision == Decision::keep ? kCommit : kRollback);
    } catch (...) {
        roll_back(*lease);
        throw;
    }
}

}  // namespace

void run_transaction(PostgresPool& pool, const Writing& work) {
    for (int attempt = 0;; ++attempt) {
        try {
            return run_once(pool, work);
        } catch (const TransactionConflict&) {
            if (attempt + 1 == kMostTries || SPAREKEY_LEFT_OUT("transaction-retry")) throw;
        }
        pause(attempt);
    }
}

void run_snapshot(PostgresPool& pool, const Reading& work) {
    auto lease = pool.take();
    begin(lease, kBeginSnapshot);
    PostgresSession session(*lease);
    try {
        work(session);
        lease->execute(kCommit);
    } catch (...) {
        roll_back(*lease);
        throw;
    }
}

void run_statements(PostgresPool& pool, const Reading& work) {
    auto lease = pool.take();
    try {
        PostgresSession session(*lease);
        return work(session);
    } catch (const StoreUnavailable&) {
        if (!lease->is_broken()) throw;
    }
    lease.renew();
    PostgresSession session(*lease);
    work(session);
}

}  // namespace sparekey::sync
