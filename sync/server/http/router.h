// The table of routes: every route names its guard, and so who may call it.
//
// A guard turns a request into a session of its own type, or into the refusal that everybody else
// gets. A handler takes that type by reference and nothing else makes one, so a handler without a
// guard does not compile. tests/sync generates the matrix route × actor from table().
#pragma once

#include "sync/server/http/message.h"

#include <functional>
#include <span>
#include <variant>

namespace sparekey::sync {

/// Where a handler runs. Quick: on the connection's thread, for what never blocks. Store: on the
/// pool that may wait for the database. Outbound: on the small pool that may wait for a login
/// provider, so that a slow provider holds up nobody else.
enum class Work : std::uint8_t { quick, store, outbound };

/// How the limiter counts a request (sync/server/http/limiter.h): by address for all; attempts that
/// failed (401, 403 and what a handler marks) meet exponential backoff.
enum class Rate : std::uint8_t { ordinary, attempt, cheap };

template <class Session>
using Guard = std::function<std::variant<Session, Response>(const Request&)>;

struct RouteFacts {
    Method method = Method::get;
    std::string
        pattern;        // "/api/v1/devices/{id}": a segment in braces matches one non-empty segment
    std::string actor;  // the guard's name, such as "member"
    Work work = Work::store;
    Rate rate = Rate::ordinary;
    std::size_t most_body = 0;  // bytes
};

/// The values of the segments in braces, in order.
using PathValues = std::vector<std::string>;

struct Route {
    RouteFacts facts;
    std::function<Response(const Request&, const PathValues&)> answer;  // guard, then handler
};

/// The one way to make a route.
template <class Session, class Handler>
Route route(RouteFacts facts, Guard<Session> guard, Handler handler) {
    auto answer = [guard = std::move(guard), handler = std::move(handler)](
                      const Request& request, const PathValues& values) -> Response {
        auto admitted = guard(request);
        if (auto* refusal = std::get_if<Response>(&admitted)) return std::move(*refusal);
        return handler(request, values, std::get<Session>(admitted));
    };
    return Route{std::move(facts), std::move(answer)};
}

class Router {
  public:
    explicit Router(std::vector<Route> routes);
    struct Found {
        const Route* route = nullptr;
        PathValues values;
    };
    /// A route; or nothing with `allowed` filled if the path is known by other methods (405).
    Found find(Method method, std::string_view path, std::vector<Method>* allowed = nullptr) const;
    std::span<const Route> table() const { return routes_; }

  private:
    std::vector<Route> routes_;
};

}  // namespace sparekey::sync
