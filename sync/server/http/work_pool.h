// Threads for handlers that wait: a request takes one, or waits for one, or is refused.
#pragma once

#include "sync/server/http/message.h"
#include "sync/server/http/settings.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <functional>

namespace sparekey::sync {

class WorkPool {
  public:
    explicit WorkPool(PoolSize size)
        : most_(size.threads + size.most_waiting), pool_(size.threads) {}

    /// Runs `job`, which throws nothing, on a thread of the pool; goes on where it was awaited.
    /// Nothing if every thread is busy and the queue is full.
    boost::asio::awaitable<std::optional<Response>> run(std::function<Response()> job);

  private:
    const std::size_t most_;
    std::atomic<std::size_t> taken_ = 0;
    boost::asio::thread_pool pool_;
};

}  // namespace sparekey::sync
