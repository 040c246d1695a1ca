#include "sync/server/store/postgres/pool.h"

#include <chrono>

namespace sparekey::sync {
namespace {

constexpr std::chrono::seconds kPatience{10};

}  // namespace

std::unique_ptr<PostgresConnection> PostgresPool::take_idle() {
    std::unique_lock lock(mutex_);
    if (!free_.wait_for(lock, kPatience, [this] { return leased_ < most_; })) {
        throw StoreUnavailable("PostgreSQL is slow: all connections are in use");
    }
    leased_ += 1;
    if (idle_.empty()) return nullptr;
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

PostgresPool::Lease PostgresPool::take() {
    auto connection = take_idle();
    try {
        if (!connection) connection = std::make_unique<PostgresConnection>(options_);
    } catch (...) {
        give_back(nullptr);
        throw;
    }
    return {*this, std::move(connection)};
}

void PostgresPool::give_back(std::unique_ptr<PostgresConnection> connection) {
    {
        const std::lock_guard lock(mutex_);
        leased_ -= 1;
        if (connection && !connection->is_broken()) idle_.push_back(std::move(connection));
    }
    free_.notify_one();
}

void PostgresPool::Lease::renew() {
    connection_ = nullptr;
    {
        // They were made before the same restart of the database.
        const std::lock_guard lock(pool_.mutex_);
        pool_.idle_.clear();
    }
    connection_ = std::make_unique<PostgresConnection>(pool_.options_);
}

}  // namespace sparekey::sync
