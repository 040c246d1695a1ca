#include "sync/server/accounts/sync_routes.h"

#include "sync/protocol/bodies.h"
#include "sync/server/accounts/pushing.h"
#include "sync/server/accounts/wire_answers.h"
#include "sync/server/http/form.h"
#include "sync/server/http/problem.h"

#include <charconv>

namespace sparekey::sync {
namespace {

/// Who may push: a member, or a device that joins. The store decides by what the commit says.
using Pusher = std::variant<Member, Enrolling>;

Guard<Pusher> pusher_guard(Services& services) {
    return [member = member_guard(services), enrolling = enrolment_guard(services)](
               const Request& request) -> std::variant<Pusher, Response> {
        auto as_member = member(request);
        if (auto* session = std::get_if<Member>(&as_member)) return Pusher(*session);
        auto as_enrolling = enrolling(request);
        if (auto* session = std::get_if<Enrolling>(&as_enrolling)) {
            return Pusher(std::move(*session));
        }
        return std::get<Response>(std::move(as_enrolling));
    };
}

Response push(Services& services, const Request& request, Pusher& pusher) {
    if (auto* enrolling = std::get_if<Enrolling>(&pusher)) {
        return push_as_enrolling(services, request, *enrolling);
    }
    return push_as_member(services, request, std::get<Member>(pusher));
}

Response pull(Services& services, const Request& request, const Member& member) {
    const auto parameters = parse_parameters(request.query);
    const std::string after = parameters ? parameter(*parameters, "after") : "";
    std::uint64_t n = 0;
    const auto [end, failure] = std::from_chars(after.data(), after.data() + after.size(), n);
    if (failure != std::errc() || end != after.data() + after.size()) {
        return problem(400, "usage",
                       "after is missing: the number of the last commit that is known");
    }
    const auto page = services.store.pull(member.account, n, kPageTarget);
    if (!page) return unauthorized();
    services.store.seen(member.account, member.device, services.clock.now_ms());
    return pull_answer(*page);
}

Response snapshot(Services& services, const Request& request, const Member& member) {
    const auto parameters = parse_parameters(request.query);
    const std::string after = parameters ? parameter(*parameters, "after") : "";
    const auto id = after.empty() ? std::nullopt : RecordId::parse(after);
    if (!after.empty() && !id) return problem(400, "usage", "after is a record's id");
    const auto page = services.store.snapshot(member.account, id, kPageTarget);
    return page ? snapshot_answer(*page) : unauthorized();
}

Response events(Services& services, const Request&, const Member& member) {
    const auto account = services.store.account(member.account);
    if (!account) return unauthorized();
    return event_stream(member.account, head_event(account->head));
}

}  // namespace

std::string head_event(std::uint64_t head) {
    return "event: head\ndata: " + std::to_string(head) + "\n\n";
}

std::vector<Route> sync_routes(Services& services) {
    const auto guard = member_guard(services);
    const auto read = [&](const char* pattern, auto handler) {
        return route<Member>(
            RouteFacts{Method::get, pattern, "member", Work::store, Rate::ordinary, 0}, guard,
            [&services, handler](const Request& request, const PathValues&, const Member& member) {
                return handler(services, request, member);
            });
    };
    std::vector<Route> routes{read("/api/v1/commits", pull), read("/api/v1/snapshot", snapshot),
                              read("/api/v1/events", events)};
    routes.push_back(
        route<Pusher>(RouteFacts{Method::post, "/api/v1/commits", "member or enrolment",
                                 Work::store, Rate::ordinary, kLargestPush},
                      pusher_guard(services),
                      [&services](const Request& request, const PathValues&, Pusher& pusher) {
                          return push(services, request, pusher);
                      }));
    return routes;
}

}  // namespace sparekey::sync
