#include "sync/server/store/announcer.h"

#include <algorithm>

namespace sparekey::sync {

Announcer::Announcer(std::function<void(const Heads&)> abroad)
    : abroad_(std::move(abroad)), thread_([this] { run(); }) {}

Announcer::~Announcer() {
    finish();
}

void Announcer::finish() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    news_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Announcer::announce(const AccountId& account, std::uint64_t head) {
    {
        const std::lock_guard lock(mutex_);
        std::uint64_t& moved = moved_[account];
        moved = std::max(moved, head);
    }
    news_.notify_one();
}

void Announcer::tell(const AccountId& account, std::uint64_t head) {
    const std::lock_guard lock(listener_mutex_);
    if (listener_) listener_(account, head);
}

void Announcer::on_change(ChangeListener listener) {
    const std::lock_guard lock(listener_mutex_);
    listener_ = std::move(listener);
}

void Announcer::run() {
    for (;;) {
        Heads moved;
        {
            std::unique_lock lock(mutex_);
            news_.wait(lock, [this] { return ends_ || !moved_.empty(); });
            if (moved_.empty()) return;
            moved.swap(moved_);
        }
        for (const auto& [account, head] : moved) tell(account, head);
        if (!abroad_) continue;
        try {
            abroad_(moved);
        } catch (const core::SystemFailure&) {
            // Other servers hear of the next one; whoever waits there asks again now and then.
        }
    }
}

}  // namespace sparekey::sync
