// Tells who waits that an account's head moved: one thread, so that no push waits for a listener,
// and heads that follow each other closely are told as the last of them.
#pragma once

#include "sync/server/store/store.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace sparekey::sync {

class Announcer {
  public:
    using Heads = std::map<AccountId, std::uint64_t>;

    /// `abroad` is called from the thread, after the listener, with what moved since the last time;
    /// what it throws is dropped: news are hints.
    explicit Announcer(std::function<void(const Heads&)> abroad = {});
    ~Announcer();
    Announcer(const Announcer&) = delete;
    Announcer& operator=(const Announcer&) = delete;

    void announce(const AccountId& account, std::uint64_t head);
    /// What came from elsewhere: to the listener at once, in the caller's thread.
    void tell(const AccountId& account, std::uint64_t head);
    /// What was announced is told; nothing after that. Also at its end.
    void finish();
    /// When it returns, the old listener is not running and will not run.
    void on_change(ChangeListener listener);

  private:
    void run();

    std::function<void(const Heads&)> abroad_;
    std::mutex listener_mutex_;
    ChangeListener listener_;
    std::mutex mutex_;
    std::condition_variable news_;
    Heads moved_;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace sparekey::sync
