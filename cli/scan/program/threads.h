// Work for several threads: a bounded queue of jobs, and the threads that take them.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace sparekey::cli::scan {

template <class Job>
class JobQueue {
  public:
    /// Waits while the queue is full.
    void push(Job job) {
        std::unique_lock<std::mutex> lock(mutex_);
        has_room_.wait(lock, [&] { return jobs_.size() < kMost || closed_; });
        jobs_.push_back(std::move(job));
        has_job_.notify_one();
    }
    /// Nothing when the queue is closed and empty.
    std::optional<Job> take() {
        std::unique_lock<std::mutex> lock(mutex_);
        has_job_.wait(lock, [&] { return !jobs_.empty() || closed_; });
        if (jobs_.empty()) return std::nullopt;
        std::optional<Job> job(std::move(jobs_.front()));
        jobs_.pop_front();
        has_room_.notify_one();
        return job;
    }
    void close() {
        const std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
        has_job_.notify_all();
        has_room_.notify_all();
    }

  private:
    static constexpr std::size_t kMost = 4096;
    std::mutex mutex_;
    std::condition_variable has_job_;
    std::condition_variable has_room_;
    std::deque<Job> jobs_;
    bool closed_ = false;
};

/// `produce` fills the queue while `count` threads run `work(number, queue)` until it is closed and
/// empty. What one of them throws is thrown here, when all have ended.
template <class Job>
void run_threads(std::size_t count, const std::function<void(JobQueue<Job>&)>& produce,
                 const std::function<void(std::size_t, JobQueue<Job>&)>& work) {
    JobQueue<Job> queue;
    std::mutex mutex;
    std::exception_ptr failure;
    const auto guarded = [&](const std::function<void()>& step) {
        try {
            step();
        } catch (...) {
            const std::lock_guard<std::mutex> lock(mutex);
            if (!failure) failure = std::current_exception();
            queue.close();
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&, i] { guarded([&] { work(i, queue); }); });
    }
    guarded([&] { produce(queue); });
    queue.close();
    for (std::thread& thread : threads) thread.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace sparekey::cli::scan
