#include "sync/server/service/sweeper.h"

#include <chrono>

namespace sparekey::sync {

Sweeper::Sweeper(Store& store, const core::Clock& clock, Log& log)
    : store_(store), clock_(clock), log_(log), thread_([this] { work(); }) {}

Sweeper::~Sweeper() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    ended_.notify_one();
    thread_.join();
}

void Sweeper::work() {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, std::chrono::minutes(1), [this] { return ends_; })) {
        lock.unlock();
        try {
            store_.sweep_tickets(clock_.now_ms());
        } catch (const core::SystemFailure& failure) {
            log_.write(LogLevel::warning, "expired tickets stay", {{"what", failure.what()}});
        }
        lock.lock();
    }
}

}  // namespace sparekey::sync
