// Counters, gauges and histograms, and their text for Prometheus (exposition format 0.0.4).
//
// A series is made once and lives as long as the registry; changing it takes no lock. Labels are
// ours (a route's pattern, never a path), so their number is bounded by the program. Safe for many
// threads.
#pragma once

#include "sync/server/http/router.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

namespace sparekey::sync {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
  public:
    void add(std::uint64_t more = 1) { value_.fetch_add(more, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_ = 0;
};

class Gauge {
  public:
    void set(std::int64_t now) { value_.store(now, std::memory_order_relaxed); }
    void add(std::int64_t more) { value_.fetch_add(more, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_ = 0;
};

/// Of seconds, in fixed buckets from 0.5 ms to 10 s.
class Histogram {
  public:
    static constexpr std::array<double, 12> kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                       0.05,   0.1,   0.25,   1,     2.5,  10};
    void observe(double seconds);
    /// How many were at most kBounds[i]; the last is all.
    std::array<std::uint64_t, kBounds.size() + 1> cumulated() const;
    double sum() const;

  private:
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
    std::atomic<std::uint64_t> nanoseconds_ = 0;
};

class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// The series of this name and these labels, made if it is not there. Throws SystemFailure if
    /// the name is of another kind.
    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {});

    std::string text() const;

  private:
    struct Family;
    template <class Kind>
    Kind& series(std::string_view name, std::string_view help, const Labels& labels);

    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<Family>, std::less<>> families_;
};

/// GET /metrics for a listener of its own; `metrics` outlives the route.
Route metrics_route(const Metrics& metrics);

}  // namespace sparekey::sync
