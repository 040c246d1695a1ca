#include "sync/server/accounts/sessions.h"

#include "core/base/mutant.h"
#include "sync/server/http/bearer_token.h"
#include "sync/server/http/problem.h"

namespace sparekey::sync {

Response unauthorized(Attempt attempt) {
    Response response =
        problem(401, "refused", "A token of this server is needed, and one that is still good.");
    response.headers.push_back({"www-authenticate", "Bearer"});
    response.attempt = attempt;
    return response;
}

Attempt attempt_with(Services& services, TicketKind kind, const Hash& key) {
    return services.store.ticket(kind, key, 0) ? Attempt::forgiven : Attempt::by_status;
}

Guard<Member> member_guard(Services& services) {
    return [&services](const Request& request) -> std::variant<Member, Response> {
        const auto token = bearer_token(request);
        if (!token) return unauthorized();
        const auto ticket = services.store.ticket(
            TicketKind::access_token, ticket_key(token->expose()), services.clock.now_ms());
        if (!ticket || !ticket->account || !ticket->device) return unauthorized();
        return Member{*ticket->account, *ticket->device};
    };
}

Guard<Enrolling> enrolment_guard(Services& services) {
    return [&services](const Request& request) -> std::variant<Enrolling, Response> {
        const auto token = bearer_token(request);
        if (!token) return unauthorized(Attempt::forgiven);
        const Hash key = ticket_key(token->expose());
        auto held = enrolments(services).find(key);
        if (!held) return unauthorized(attempt_with(services, TicketKind::enrolment, key));
        return Enrolling{std::move(*held)};
    };
}

std::string issue_access_token(Services& services, const AccountId& account,
                               const DeviceId& device) {
    std::string token = new_secret(services.random);
    services.store.put_ticket({TicketKind::access_token,
                               ticket_key(token),
                               services.clock.now_ms() + kAccessTokenMs,
                               account,
                               device,
                               {},
                               0});
    return token;
}

}  // namespace sparekey::sync
