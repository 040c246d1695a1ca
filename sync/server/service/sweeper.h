// Clears expired tickets away, once a minute, on a thread of its own.
#pragma once

#include "core/ports/clock.h"
#include "sync/server/log/log.h"
#include "sync/server/store/store.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace sparekey::sync {

class Sweeper {
  public:
    Sweeper(Store& store, const core::Clock& clock, Log& log);
    ~Sweeper();
    Sweeper(const Sweeper&) = delete;
    Sweeper& operator=(const Sweeper&) = delete;

  private:
    void work();

    Store& store_;
    const core::Clock& clock_;
    Log& log_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool ends_ = false;
    std::thread thread_;  // last: it uses the others
};

}  // namespace sparekey::sync
