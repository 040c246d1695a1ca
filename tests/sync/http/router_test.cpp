#include "sync/server/http/router.h"

#include "sync/server/http/problem.h"

#include <catch2/catch_test_macros.hpp>

using namespace sparekey;
using namespace sparekey::sync;

namespace {

struct Anyone {};
struct Member {
    std::string name;
};

const Guard<Anyone> kAnyone = [](const Request&) { return Anyone{}; };
const Guard<Member> kMember = [](const Request& request) -> std::variant<Member, Response> {
    const auto name = request.header("x-member");
    if (!name) return problem(401, "unauthorized", "log in");
    return Member{std::string(*name)};
};

Response for_anyone(const Request&, const PathValues&, Anyone&) {
    return {};
}
Response for_member(const Request&, const PathValues& values, Member& member) {
    Response response;
    response.body = member.name + ":" + (values.empty() ? "" : values.front());
    return response;
}
Response unguarded(const Request&, const PathValues&) {
    return {};
}

RouteFacts facts(Method method, const std::string& pattern) {
    return {method, pattern, "anyone", Work::quick, Rate::ordinary, 0};
}
Route anyone(Method method, const std::string& pattern) {
    return route<Anyone>(facts(method, pattern), kAnyone, for_anyone);
}

template <class Session, class Handler>
concept CanRoute = requires(RouteFacts known, Guard<Session> guard, Handler handler) {
    route<Session>(known, guard, handler);
};

// A route comes of a guard and a handler that takes what the guard admits, and of nothing else.
static_assert(CanRoute<Member, decltype(&for_member)>);
static_assert(!CanRoute<Member, decltype(&unguarded)>);
static_assert(!CanRoute<Anyone, decltype(&for_member)>);
static_assert(!std::is_default_constructible_v<Route>);
static_assert(!std::is_constructible_v<Route, RouteFacts, Route::Answer>);
static_assert(!std::is_aggregate_v<Route>);

}  // namespace

TEST_CASE("a path is found by its pattern, and what stands in braces is its value",
          "[sync][router]") {
    std::vector<Route> routes;
    routes.push_back(anyone(Method::get, "/"));
    routes.push_back(anyone(Method::get, "/devices"));
    routes.push_back(anyone(Method::remove, "/devices/{id}"));
    routes.push_back(anyone(Method::get, "/devices/all"));
    routes.push_back(anyone(Method::post, "/devices/{id}/keys/{key}"));
    const Router router(std::move(routes));
    const auto pattern = [&](Method method, std::string_view path) {
        const auto found = router.find(method, path);
        return found.route == nullptr ? "" : found.route->facts.pattern;
    };
    CHECK(pattern(Method::get, "/") == "/");
    CHECK(pattern(Method::get, "/devices") == "/devices");
    CHECK(pattern(Method::head, "/devices") == "/devices");
    CHECK(pattern(Method::get, "/devices/all") == "/devices/all");
    CHECK(pattern(Method::get, "/devices/") == "");
    CHECK(pattern(Method::remove, "/devices/") == "");
    CHECK(pattern(Method::remove, "/devices//") == "");
    CHECK(pattern(Method::get, "//devices") == "");
    CHECK(pattern(Method::get, "/Devices") == "");
    const auto found = router.find(Method::post, "/devices/a b/keys/7");
    REQUIRE(found.route != nullptr);
    CHECK(found.values == PathValues{"a b", "7"});
}

TEST_CASE("a path that is known by other methods says which", "[sync][router]") {
    std::vector<Route> routes;
    routes.push_back(anyone(Method::get, "/a"));
    routes.push_back(anyone(Method::post, "/a"));
    const Router router(std::move(routes));
    std::vector<Method> allowed;
    CHECK(router.find(Method::put, "/a", &allowed).route == nullptr);
    CHECK(allowed == std::vector<Method>{Method::get, Method::head, Method::post});
    allowed.clear();
    CHECK(router.find(Method::put, "/b", &allowed).route == nullptr);
    CHECK(allowed.empty());
}

TEST_CASE("a table with a double or a malformed pattern is none", "[sync][router]") {
    const auto table = [](const std::string& first, const std::string& second) {
        std::vector<Route> routes;
        routes.push_back(anyone(Method::get, first));
        routes.push_back(anyone(Method::get, second));
        return Router(std::move(routes));
    };
    CHECK_THROWS_AS(table("/a", "/a"), core::SystemFailure);
    CHECK_THROWS_AS(table("/a/{x}", "/a/{y}"), core::SystemFailure);
    CHECK_THROWS_AS(table("/a", "b"), core::SystemFailure);
    CHECK_THROWS_AS(table("/a", "/{x"), core::SystemFailure);
    CHECK_THROWS_AS(table("/a", "/x{y}"), core::SystemFailure);
    CHECK_THROWS_AS(table("/a", "/{}"), core::SystemFailure);
    CHECK_NOTHROW(table("/a/{x}", "/{y}/a"));
}

TEST_CASE("a handler is reached through its guard alone", "[sync][router]") {
    const Route made = route<Member>(facts(Method::get, "/{x}"), kMember, for_member);
    Request request;
    CHECK(made.answer(request, {"1"}).status == 401);
    request.headers.push_back({"x-member", "ann"});
    CHECK(made.answer(request, {"1"}).body == "ann:1");
    CHECK_THROWS_AS(route<Member>(facts(Method::get, "/"), Guard<Member>(), for_member),
                    core::SystemFailure);
}
