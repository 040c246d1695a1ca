#include "sync/server/http/work_pool.h"

#include "core/base/mutant.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sparekey::sync {

namespace asio = boost::asio;

asio::awaitable<std::optional<Response>> WorkPool::run(std::function<Response()> job) {
    if (taken_.fetch_add(1) >= most_ && !SPAREKEY_LEFT_OUT("pool-bound")) {
        taken_.fetch_sub(1);
        co_return std::nullopt;
    }
    const auto home = co_await asio::this_coro::executor;
    // A completion bound to the pool resumes there; the next one brings the coroutine home.
    auto there = asio::bind_executor(pool_.get_executor(), asio::use_awaitable);
    co_await asio::post(std::move(there));
    std::optional<Response> response(job());
    auto back = asio::bind_executor(home, asio::use_awaitable);
    co_await asio::post(std::move(back));
    taken_.fetch_sub(1);
    co_return response;
}

}  // namespace sparekey::sync
