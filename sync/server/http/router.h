// The table of routes: every route names its guard, and so who may call it.
//
// A guard turns a request into a session of its own type, or into the refusal that everybody else
// gets. A handler takes that type by reference and nothing else makes one, so a handler without a
// guard does not compile. tests/sync generates the matrix route × actor from table().
#pragma once

#include "core/base/error.h"
#include "sync/server/http/message.h"

#include <concepts>
#include <functional>
#include <span>
#include <unordered_map>
#include <variant>

namespace sparekey::sync {

/// Where a handler runs. Quick: on the connection's thread, for what never blocks. Store: on the
/// pool that may wait for the database. Outbound: on the small pool that may wait for a login
/// provider, so that a slow provider holds up nobody else.
enum class Work : std::uint8_t { quick, store, outbound };

/// How the limiter counts a request (sync/server/http/limiter.h): by address for all; attempts that
/// failed (401, 403 and what a handler marks) meet exponential backoff. Deferred: an attempt whose
/// handler asks Limiter::wait_at() itself, since the body says who comes.
enum class Rate : std::uint8_t { ordinary, attempt, deferred, cheap };

template <class Session>
using Guard = std::function<std::variant<Session, Response>(const Request&)>;

/// The session of a route that asks for no credential.
struct Anyone {};
inline Guard<Anyone> anyone() {
    return [](const Request&) -> std::variant<Anyone, Response> { return Anyone{}; };
}

struct RouteFacts {
    Method method = Method::get;
    std::string
        pattern;        // "/api/v1/devices/{id}": a segment in braces matches one non-empty segment
    std::string actor;  // the guard's name, such as "member"
    Work work = Work::store;
    Rate rate = Rate::ordinary;
    std::size_t most_body = 0;  // bytes
    /// Of Rate::attempt: a name for the credential in the head, "" if there is none. Once an answer
    /// below 400 has found it good, it does not wait for what others at its address failed.
    std::function<std::string(const Request&)> proof = {};
};

/// The values of the segments in braces, in order.
using PathValues = std::vector<std::string>;

template <class Handler, class Session>
concept HandlerOf = requires(Handler& handler, const Request& request, const PathValues& values,
                             Session& session) {
    { handler(request, values, session) } -> std::convertible_to<Response>;
};

class Route;
template <class Session, HandlerOf<Session> Handler>
Route route(RouteFacts facts, Guard<Session> guard, Handler handler);

class Route {
  public:
    using Answer = std::function<Response(const Request&, const PathValues&)>;
    RouteFacts facts;
    Answer answer;  // guard, then handler

  private:
    Route(RouteFacts known, Answer all) : facts(std::move(known)), answer(std::move(all)) {}
    template <class Session, HandlerOf<Session> Handler>
    friend Route route(RouteFacts facts, Guard<Session> guard, Handler handler);
};

/// The one way to make a route. Throws SystemFailure for an empty guard.
template <class Session, HandlerOf<Session> Handler>
Route route(RouteFacts facts, Guard<Session> guard, Handler handler) {
    if (!guard) throw core::SystemFailure("a route without a guard: " + facts.pattern);
    auto answer = [guard = std::move(guard), handler = std::move(handler)](
                      const Request& request, const PathValues& values) -> Response {
        auto admitted = guard(request);
        if (auto* refusal = std::get_if<Response>(&admitted)) return std::move(*refusal);
        return handler(request, values, std::get<Session>(admitted));
    };
    return Route{std::move(facts), std::move(answer)};
}

/// Compiled once: a path without braces is one look-up, the others are compared with the patterns
/// of as many segments. A path without braces wins over a pattern.
class Router {
  public:
    /// Throws SystemFailure for a pattern that is malformed or there twice.
    explicit Router(std::vector<Route> routes);
    struct Found {
        const Route* route = nullptr;
        PathValues values;
    };
    /// A route (for HEAD, that of GET, if it has none); or nothing with `allowed` filled if the
    /// path is known by other methods (405).
    Found find(Method method, std::string_view path, std::vector<Method>* allowed = nullptr) const;
    std::span<const Route> table() const { return routes_; }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    using Indices = std::vector<std::size_t>;
    struct Pattern {
        std::vector<std::string> segments;  // empty: any
        Indices routes;
    };
    void add(std::size_t index);
    const Indices* match(std::string_view path, PathValues& values) const;

    std::vector<Route> routes_;
    std::unordered_map<std::string, Indices, Hash, std::equal_to<>> plain_;
    std::vector<Pattern> patterns_;
};

}  // namespace sparekey::sync
