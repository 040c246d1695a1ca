#include "sync/server/accounts/page_routes.h"

#include "sync/server/accounts/browser_session.h"
#include "sync/server/accounts/sessions.h"
#include "sync/server/pages/account_page.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace sparekey::sync {
namespace {

constexpr std::string_view kPurpose = "account";
constexpr std::size_t kMostForm = 4 * 1024;
constexpr std::size_t kAuditShown = 50;
constexpr std::uint64_t kPageMs = 900'000;

/// A browser with the account page open.
struct PageSession {
    Held<PageState> held;
    AccountId account;
};

Tickets<PageState> sessions(Services& services) {
    return {TicketKind::page_session, services.store, services.clock};
}

Response closed(Attempt attempt = Attempt::by_status) {
    Response response = render(
        {"This page is closed",
         "<p>Your account opens from a device that is a member: <code>sparekey account</code> "
         "gives a link that is good once, for a minute.</p>",
         {},
         401});
    response.attempt = attempt;
    return response;
}

/// The session that a request presents, as the limiter knows it; none with a link, which is
/// somebody's guess until it is found.
std::string page_proof(const Services& services, const Request& request) {
    const auto parameters = parse_parameters(request.query);
    const bool alone = parameters && parameter(*parameters, "link").empty();
    const auto secret = cookie(request, cookie_name(services.settings, kPurpose));
    return alone && secret ? "page:" + *secret : std::string();
}

Guard<PageSession> page_guard(Services& services) {
    return [&services](const Request& request) -> std::variant<PageSession, Response> {
        const auto secret = cookie(request, cookie_name(services.settings, kPurpose));
        if (!secret) return closed(Attempt::forgiven);
        const Hash key = ticket_key(*secret);
        auto held = sessions(services).find(key);
        if (!held || !held->ticket.account) {
            return closed(attempt_with(services, TicketKind::page_session, key));
        }
        const AccountId account = *held->ticket.account;
        return PageSession{std::move(*held), account};
    };
}

std::vector<NamedIdentity> named_identities(Services& services, const AccountId& account) {
    std::vector<NamedIdentity> named;
    for (Identity& identity : services.store.identities(account)) {
        std::string name =
            identity_name(services.providers.list(), identity.provider, identity.key);
        named.push_back({std::move(name), std::move(identity)});
    }
    return named;
}

Response show(Services& services, const PageSession& session, const Markup& notice) {
    const auto account = services.store.account(session.account);
    if (!account) return closed();
    const AuditHead head = services.store.audit_head(session.account);
    AccountView view{
        *account,
        named_identities(services, session.account),
        services.store.devices(session.account),
        services.store.audit(session.account, head.n > kAuditShown ? head.n - kAuditShown : 0,
                             kAuditShown),
        session.held.state.form_token,
        notice};
    std::ranges::reverse(view.audit);
    return render(account_page(view));
}

Response open_by_link(Services& services, const std::string& link) {
    const Hash key = ticket_key(link);
    const auto taken =
        services.store.take_ticket(TicketKind::page_link, key, services.clock.now_ms());
    if (!taken || !taken->account) {
        return closed(attempt_with(services, TicketKind::page_link, key));
    }
    const std::string secret = new_secret(services.random);
    sessions(services).put(ticket_key(secret), {new_secret(services.random)}, kPageMs,
                           taken->account, taken->device);
    Response response = see_other("/account");
    response.headers.push_back(session_cookie(services.settings, kPurpose, secret, kPageMs));
    return response;
}

Response unlink_login(Services& services, const Request& request, const PageSession& session) {
    const auto form = own_form(services.settings, request, session.held.state.form_token);
    if (!form) return closed();
    const std::string wanted = parameter(*form, "identity");
    const std::vector<ProviderFacts> providers = services.providers.list();
    for (const Identity& identity : services.store.identities(session.account)) {
        const std::string name = identity_name(providers, identity.provider, identity.key);
        if (name != wanted) continue;
        const auto entry =
            audit_entry(services, session.account, "unlink", "account page", request.address,
                        boost::json::serialize(boost::json::value{{"id", name}}));
        if (services.store.unlink(session.account, identity.key, false, entry)) {
            return see_other("/account");
        }
        return show(services, session, "The only login of an account cannot be unlinked.");
    }
    return show(services, session, "This login is not linked any more.");
}

Response close(Services& services, const Request& request, const PageSession& session) {
    if (!own_form(services.settings, request, session.held.state.form_token)) return closed();
    sessions(services).remove(session.held.ticket.key);
    return see_other("/account");
}

}  // namespace

std::vector<Route> page_routes(Services& services) {
    const auto guard = page_guard(services);
    const auto proof = [&services](const Request& request) {
        return page_proof(services, request);
    };
    const auto change = [&](const char* pattern, auto handler) {
        return route<PageSession>(
            RouteFacts{Method::post, pattern, "page", Work::store, Rate::attempt, kMostForm, proof},
            guard,
            [&services, handler](const Request& request, const PathValues&,
                                 const PageSession& session) {
                return handler(services, request, session);
            });
    };
    // One address, and a guard of its own choice: with a link it is nobody's yet.
    const auto account = [&services, guard](const Request& request, const PathValues&,
                                            const Anyone&) {
        const auto parameters = parse_parameters(request.query);
        const std::string link = parameters ? parameter(*parameters, "link") : "";
        if (!link.empty()) return open_by_link(services, link);
        auto session = guard(request);
        if (auto* refusal = std::get_if<Response>(&session)) return std::move(*refusal);
        return show(services, std::get<PageSession>(session), {});
    };
    return {route<Anyone>(RouteFacts{Method::get, "/account", "page or link", Work::store,
                                     Rate::attempt, 0, proof},
                          anyone(), account),
            change("/account/unlink", unlink_login), change("/account/close", close)};
}

}  // namespace sparekey::sync
