#include "sync/server/oauth/endpoints.h"

#include "core/base/mutant.h"
#include "sync/server/http/form.h"
#include "sync/server/http/problem.h"
#include "sync/server/oauth/answers.h"
#include "sync/server/oauth/assertion_grant.h"
#include "sync/server/oauth/browser_login.h"
#include "sync/server/oauth/client.h"
#include "sync/server/oauth/device_codes.h"
#include "sync/server/oauth/outcome.h"
#include "sync/server/pages/login_pages.h"

namespace sparekey::sync {
namespace {

constexpr std::size_t kMostForm = 16 * 1024;
constexpr std::size_t kLongestState = 512;

Response metadata(Services& services) {
    const std::string& origin = services.settings.origin;
    return oauth_answer(
        {{"issuer", origin},
         {"authorization_endpoint", origin + "/oauth/authorize"},
         {"token_endpoint", origin + "/oauth/token"},
         {"revocation_endpoint", origin + "/oauth/revoke"},
         {"device_authorization_endpoint", origin + "/oauth/device_authorization"},
         {"response_types_supported", {"code"}},
         {"response_modes_supported", {"query"}},
         {"grant_types_supported", {"authorization_code", kDeviceCodeGrant, kJwtBearerGrant}},
         {"code_challenge_methods_supported", {"S256"}},
         {"token_endpoint_auth_methods_supported", {"none"}},
         {"revocation_endpoint_auth_methods_supported", {"none"}},
         {"scopes_supported", {"enrolment", "member"}},
         {"authorization_response_iss_parameter_supported", true}});
}

/// Before the redirect is known to be good, a mistake is told to the person, never to an address.
Response wrong_request(const Markup& what) {
    return render(message_page("This address is not a login", what, 400));
}

Response authorize(Services& services, const Request& request) {
    const auto parameters = parse_parameters(request.query);
    if (!parameters) return wrong_request("Its parameters cannot be read.");
    if (parameter(*parameters, "client_id") != kClientId) {
        return wrong_request("The program that made it is not known here.");
    }
    AuthorizationRequest wanted{parameter(*parameters, "redirect_uri"),
                                parameter(*parameters, "state"),
                                parameter(*parameters, "code_challenge")};
    if (!is_redirect_uri(wanted.redirect_uri) || wanted.state.size() > kLongestState) {
        return wrong_request("It does not lead back to a program on this machine.");
    }
    const auto refuse = [&](std::string_view error) {
        if (wanted.redirect_uri == kPasteRedirect) return wrong_request(escape(error));
        return redirect_answer(services.settings, wanted, "error", error);
    };
    if (parameter(*parameters, "response_type") != "code") {
        return refuse("unsupported_response_type");
    }
    if (parameter(*parameters, "code_challenge_method") != "S256" ||
        !is_challenge(wanted.challenge)) {
        return refuse("invalid_request");
    }
    auto wish = read_wish(*parameters, request.address);
    if (!wish) return refuse("invalid_request");
    BrowserState state;
    state.wish = std::move(*wish);
    state.authorization = std::move(wanted);
    return begin_browser_login(services, std::move(state));
}

Response answer_code_grant(Services& services, const Parameters& form) {
    const auto refused = [](const char* what) {
        Response response = oauth_error(400, "invalid_grant", what);
        response.attempt = Attempt::failed;
        return response;
    };
    // Taken before it is checked: a stolen code that is tried is spent (RFC 9700 section 4.5).
    const auto taken =
        Tickets<AuthorizationState>(TicketKind::authorization, services.store, services.clock)
            .take(ticket_key(parameter(form, "code")));
    if (!taken) return refused("the code is not known, used or expired");
    const AuthorizationRequest& asked = taken->state.request;
    if (parameter(form, "redirect_uri") != asked.redirect_uri) {
        return refused("redirect_uri is not the one of the authorization");
    }
    if (!proves(parameter(form, "code_verifier"), asked.challenge)) {
        return refused("code_verifier does not fit");
    }
    return enrolment_answer(services, taken->state.enrolment);
}

Response token(Services& services, const Request& request) {
    const auto form = form_of(request);
    const std::string grant = form ? parameter(*form, "grant_type") : "";
    const std::string proof =
        grant == kJwtBearerGrant ? assertion_proof(parameter(*form, "assertion"), request) : "";
    const unsigned wait = services.limiter.wait_at(request.address, proof);
    if (wait > 0 && !SPAREKEY_LEFT_OUT("token-backoff")) return slow_down(request.path, wait);
    if (!form) return oauth_error(400, "invalid_request", "the body is not one form");
    // An assertion says itself whose it is (RFC 7521 section 4.1).
    if (grant == kJwtBearerGrant) {
        return answer_assertion(services, parameter(*form, "assertion"), request);
    }
    if (parameter(*form, "client_id") != kClientId) {
        Response stranger = oauth_error(401, "invalid_client", "client_id is sparekey-cli");
        stranger.attempt = Attempt::forgiven;  // no secret, so no guess
        return stranger;
    }
    if (grant == "authorization_code") return answer_code_grant(services, *form);
    if (grant == kDeviceCodeGrant)
        return answer_device_code(services, parameter(*form, "device_code"));
    if (grant.empty()) return oauth_error(400, "invalid_request", "grant_type is missing");
    return oauth_error(400, "unsupported_grant_type",
                       "see /.well-known/oauth-authorization-server");
}

/// RFC 7009 section 2.2: the same answer whether the token was known or not.
Response revoke(Services& services, const Request& request) {
    const auto form = form_of(request);
    if (!form || parameter(*form, "token").empty()) {
        return oauth_error(400, "invalid_request", "token is missing");
    }
    const Hash key = ticket_key(parameter(*form, "token"));
    services.store.remove_ticket(TicketKind::access_token, key);
    services.store.remove_ticket(TicketKind::enrolment, key);
    return oauth_answer(boost::json::object());
}

}  // namespace

std::vector<Route> oauth_routes(Services& services) {
    const auto bind = [&services](Response (*handler)(Services&, const Request&)) {
        return [&services, handler](const Request& request, const PathValues&, const Anyone&) {
            return handler(services, request);
        };
    };
    const auto facts = [](Method method, const char* pattern, Work work, Rate rate,
                          std::size_t most_body) {
        return RouteFacts{method, pattern, "anyone", work, rate, most_body};
    };
    return {
        route<Anyone>(facts(Method::get, "/.well-known/oauth-authorization-server", Work::quick,
                            Rate::cheap, 0),
                      anyone(),
                      [&services](const Request&, const PathValues&, const Anyone&) {
                          return metadata(services);
                      }),
        route<Anyone>(facts(Method::get, "/oauth/authorize", Work::store, Rate::ordinary, 0),
                      anyone(), bind(authorize)),
        route<Anyone>(facts(Method::post, "/oauth/device_authorization", Work::store,
                            Rate::ordinary, kMostForm),
                      anyone(), bind(answer_device_authorization)),
        route<Anyone>(facts(Method::post, "/oauth/token", Work::store, Rate::deferred, kMostForm),
                      anyone(), bind(token)),
        route<Anyone>(facts(Method::post, "/oauth/revoke", Work::store, Rate::ordinary, kMostForm),
                      anyone(), bind(revoke)),
    };
}

}  // namespace sparekey::sync
