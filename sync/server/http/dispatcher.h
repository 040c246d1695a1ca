// From a request to its answer: limiter, route, guard and handler, and what is counted and logged
// of it. No socket and no waiting of its own.
#pragma once

#include "sync/server/http/limiter.h"
#include "sync/server/http/metrics.h"
#include "sync/server/http/site.h"
#include "sync/server/log/log.h"

#include <chrono>

namespace sparekey::sync {

class Dispatcher {
  public:
    /// All of these outlive it.
    Dispatcher(const Site& site, Limiter& limiter, Metrics& metrics, Log& log);

    /// A request that may be answered: what read its body and ran its handler comes back here.
    struct Admitted {
        const Route* route = nullptr;
        PathValues values;
        std::size_t index = 0;  // of the route
    };
    /// Before the body is read: 429 by the limiter, 404, 405 with Allow, 413. Does not block.
    std::variant<Admitted, Response> admit(const Request& request, std::uint64_t body_bytes);
    /// Guard and handler. Whatever they throw is an answer. May block as the route's Work says.
    Response answer(const Admitted& admitted, const Request& request) const;
    /// Counts a failed attempt, the metrics and the log line; `admitted` is null for a refusal.
    void settle(const Admitted* admitted, const Request& request, const Response& response,
                std::chrono::nanoseconds took);
    /// For one whose work found no thread.
    Response busy(const Request& request) const;

  private:
    /// One series for each hundred of statuses.
    struct Counted {
        std::array<Counter*, 6> by_status{};
        Histogram* seconds = nullptr;
    };
    Counted counted(const std::string& method, const std::string& pattern) const;
    void count_attempt(const RouteFacts& facts, const Request& request, const Response& response);
    void log_line(const RouteFacts* facts, const Request& request, const Response& response,
                  std::chrono::nanoseconds took) const;
    Response in_words_of(const Request& request, const Trouble& trouble) const;
    Response not_found(const Request& request, const std::vector<Method>& allowed) const;
    Response failure(const Request& request, const core::SystemFailure& thrown) const;

    const Site& site_;
    Limiter& limiter_;
    Metrics& metrics_;
    Log& log_;
    std::vector<Counted> counted_;  // by the route's place in the table
    Counted unrouted_;
};

}  // namespace sparekey::sync
