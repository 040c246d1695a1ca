#include "sync/server/oauth/browser_login.h"

#include "core/base/mutant.h"
#include "sync/http_client/url.h"
#include "sync/server/accounts/attempts.h"
#include "sync/server/accounts/browser_session.h"
#include "sync/server/http/origin.h"
#include "sync/server/oauth/answers.h"
#include "sync/server/oauth/device_codes.h"
#include "sync/server/oauth/outcome.h"
#include "sync/server/pages/login_pages.h"

namespace sparekey::sync {
namespace {

constexpr std::string_view kPurpose = "login";
constexpr std::size_t kMostLoginForm = 16 * 1024;

/// A browser that began a login here: the session of these routes' guard.
struct Browser {
    Held<BrowserState> held;
    Hash key{};
};

Tickets<BrowserState> browsers(Services& services) {
    return {TicketKind::held_login, services.store, services.clock};
}
Tickets<AttemptState> attempts(Services& services) {
    return {TicketKind::login, services.store, services.clock};
}

Response not_begun() {
    return render(
        message_page("Nothing to continue",
                     "This login was not begun in this browser, or it took longer than ten "
                     "minutes. Begin again on your device.",
                     400));
}

std::optional<Browser> browser_of(Services& services, const Request& request) {
    const auto secret = cookie(request, cookie_name(services.settings, kPurpose));
    if (!secret) return std::nullopt;
    const Hash key = ticket_key(*secret);
    auto held = browsers(services).find(key);
    return held ? std::optional(Browser{std::move(*held), key}) : std::nullopt;
}

Guard<Browser> browser_guard(Services& services) {
    return [&services](const Request& request) -> std::variant<Browser, Response> {
        auto browser = browser_of(services, request);
        if (!browser) return not_begun();
        return std::move(*browser);
    };
}

Response choose(Services& services, const Request&, const PathValues&, const Browser& browser) {
    return render(provider_page(services.providers.list(), browser.held.state, {}));
}

Response unreachable(Services& services, const Browser& browser, std::string_view provider) {
    Page page = provider_page(services.providers.list(), browser.held.state,
                              escape(provider) + " does not answer at the moment.");
    page.status = 503;
    Response response = render(page);
    response.headers.push_back({"retry-after", "30"});
    return response;
}

Response go_to_provider(Services& services, const Request&, const PathValues& values,
                        const Browser& browser) {
    auto started = services.providers.start(values.at(0));
    if (!started && started.error().code == core::ErrorCode::not_found) {
        return render(message_page("No such provider", "This server does not know it.", 404));
    }
    if (!started) return unreachable(services, browser, values.at(0));
    const ProviderAttempt& attempt = started->attempt;
    attempts(services).put(ticket_key(attempt.state),
                           {attempt.provider,
                            attempt.nonce,
                            attempt.verifier,
                            attempt.started_ms,
                            core::to_hex(browser.key),
                            {}},
                           kLoginMs);
    return see_other(started->url);
}

/// The provider's answer, checked. `browser` moves on to the confirmation, or its login ends here.
Response finish(Services& services, const AttemptState& state, const Parameters& parameters,
                Browser browser) {
    const ProviderAttempt attempt{state.provider, parameter(parameters, "state"), state.nonce,
                                  state.verifier, state.started_ms};
    auto login = services.providers.finish(attempt, parameters);
    if (!login && login.error().code == core::ErrorCode::offline) {
        return unreachable(services, browser, state.provider);
    }
    if (!login) {
        note_refusal(services, browser.held.state, login.error().message);
        browsers(services).remove(browser.key);
        return deny(services, browser.held.state);
    }
    browser.held.state.login = LoginProof{login->key.issuer, login->key.subject,  login->provider,
                                          login->display,    login->email_domain, login->claims};
    if (!browsers(services).replace(browser.held)) return not_begun();
    return see_other("/login/confirm");
}

/// Of a query: state, code, iss, error. An answer belongs to the browser that asked (O-23): without
/// its cookie nothing happens, and the attempt is not used up.
Response callback(Services& services, const Request& request, const PathValues& values,
                  const Browser& browser) {
    auto parameters = parse_parameters(request.query);
    if (!parameters) return not_begun();
    const bool resumed = parameters->contains("resume");
    const Hash key = ticket_key(parameter(*parameters, resumed ? "resume" : "state"));
    const auto known = attempts(services).find(key);
    const bool ours = known && known->state.provider == values.at(0) &&
                      (known->state.browser == core::to_hex(browser.key) ||
                       SPAREKEY_LEFT_OUT("callback-browser"));
    if (!ours || (resumed == known->state.posted.empty())) return not_begun();
    const auto taken = attempts(services).take(key);
    if (!taken) return not_begun();
    return finish(services, taken->state, resumed ? taken->state.posted : *parameters, browser);
}

/// Apple posts its answer from its own site, which brings no cookie of ours. The answer is laid
/// aside, and the browser comes back for it by itself, with its cookie.
Response posted_callback(Services& services, const Request& request, const PathValues& values,
                         const Anyone&) {
    const auto parameters = form_of(request);
    if (!parameters || request.body.size() > kMostLoginForm / 2) return not_begun();
    const auto taken = attempts(services).take(ticket_key(parameter(*parameters, "state")));
    if (!taken || taken->state.provider != values.at(0)) return not_begun();
    AttemptState state = taken->state;
    state.posted = *parameters;
    const std::string resume = new_secret(services.random);
    attempts(services).put(ticket_key(resume), state, kCodeMs);
    return see_other("/login/callback/" + values.at(0) + "?resume=" + resume);
}

Response show_confirmation(const Browser& browser, InvitationBox invitation) {
    return render(confirm_page(browser.held.state, invitation, form_target(browser.held.state)));
}

Response ask(Services& services, const Request&, const PathValues&, const Browser& browser) {
    const BrowserState& state = browser.held.state;
    if (!state.login) return see_other("/login");
    switch (admission(services, state.wish, *state.login)) {
        case Admission::refused:
            note_refusal(services, state, "no account may be made by this login");
            browsers(services).remove(browser.key);
            (void)deny(services, state);
            return render(
                message_page("No account for you here",
                             "This server does not make an account for this login. Whoever "
                             "runs it decides.",
                             403));
        case Admission::needs_invitation:
            return show_confirmation(browser, state.wish.invitation.empty() ? InvitationBox::wanted
                                                                            : InvitationBox::wrong);
        default:
            return show_confirmation(browser, InvitationBox::none);
    }
}

Response confirm(Services& services, const Request& request, const PathValues&, Browser browser) {
    BrowserState& state = browser.held.state;
    const auto form = own_form(services.settings, request, state.form_token);
    if (!form || !state.login) return not_begun();
    const std::string answer = parameter(*form, "answer");
    if (answer != "approve") {
        note_refusal(services, state, "the person said no");
        browsers(services).remove(browser.key);
        return deny(services, state);
    }
    const std::string invitation = normal_invitation(parameter(*form, "invite"));
    if (!invitation.empty()) state.wish.invitation = core::to_hex(ticket_key(invitation));
    const Admission admitted = admission(services, state.wish, *state.login);
    if (admitted == Admission::needs_invitation) {
        if (!state.wish.invitation.empty()) {
            return show_confirmation(browser, InvitationBox::wrong);
        }
        Response response = show_confirmation(browser, InvitationBox::missing);
        response.attempt = Attempt::forgiven;  // nothing was guessed
        return response;
    }
    if (admitted == Admission::refused) return not_begun();
    // One confirmation of a browser counts, however often its button is pressed.
    if (!browsers(services).take(browser.key)) return not_begun();
    return approve(services, state);
}

Response wait_for_code(const std::string& typed, unsigned seconds) {
    Page page = code_page(typed, "This code was tried too often. Wait a minute, then try again.");
    page.status = 429;
    Response response = render(page);
    response.headers.push_back({"retry-after", std::to_string(seconds)});
    return response;
}

/// The box again. What is no code at all counts against the address alone.
Response unknown_code(const std::string& typed, const std::string& key) {
    Response response =
        render(code_page(typed, "This code is not known, or it is older than ten minutes."));
    response.attempt_key = key;
    if (trim(typed).empty()) response.attempt = Attempt::forgiven;
    return response;
}

Response begin_code_login(Services& services, const std::string& typed) {
    const auto normal = normal_user_code(typed);
    const std::string key = normal ? user_code_attempts(*normal) : "";
    const unsigned wait = wait_of(services, key);
    if (wait > 0 && !SPAREKEY_LEFT_OUT("user-code-backoff")) return wait_for_code(typed, wait);
    const auto code = waiting_code(services, typed);
    if (!code) return unknown_code(typed, key);
    BrowserState state;
    state.wish = code->state.wish;
    state.user_code = code->state.user_code;
    state.device_code = core::to_hex(code->ticket.key);
    return begin_browser_login(services, std::move(state));
}

Response show_code_box(Services& services, const Request& request, const PathValues&,
                       const Anyone&) {
    const auto parameters = parse_parameters(request.query);
    const std::string typed = parameters ? parameter(*parameters, "user_code") : "";
    if (typed.empty()) return render(code_page("", {}));
    return begin_code_login(services, typed);
}

Response take_code(Services& services, const Request& request, const PathValues&, const Anyone&) {
    const auto form = form_of(request);
    if (!form || !is_same_origin(services.settings.origin, request)) return not_begun();
    return begin_code_login(services, parameter(*form, "user_code"));
}

}  // namespace

Response begin_browser_login(Services& services, BrowserState state) {
    const std::string secret = new_secret(services.random);
    state.form_token = new_secret(services.random);
    const std::string provider = state.wish.provider;
    browsers(services).put(ticket_key(secret), state, kLoginMs);
    Response response =
        see_other(provider.empty() ? "/login" : "/login/provider/" + percent_encoded(provider));
    response.headers.push_back(session_cookie(services.settings, kPurpose, secret, kLoginMs));
    return response;
}

std::vector<Route> browser_login_routes(Services& services) {
    const auto bind = [&services](auto handler) {
        return [&services, handler](const Request& request, const PathValues& values,
                                    const auto& session) {
            return handler(services, request, values, session);
        };
    };
    const auto facts = [](Method method, const char* pattern, const char* actor, Work work,
                          Rate rate, std::size_t most_body) {
        return RouteFacts{method, pattern, actor, work, rate, most_body};
    };
    const auto guard = browser_guard(services);
    using enum Work;
    return {
        route<Browser>(facts(Method::get, "/login", "browser", store, Rate::ordinary, 0), guard,
                       bind(choose)),
        route<Browser>(
            facts(Method::get, "/login/provider/{id}", "browser", outbound, Rate::ordinary, 0),
            guard, bind(go_to_provider)),
        route<Browser>(
            facts(Method::get, "/login/callback/{id}", "browser", outbound, Rate::attempt, 0),
            guard, bind(callback)),
        route<Anyone>(facts(Method::post, "/login/callback/{id}", "anyone", store, Rate::attempt,
                            kMostLoginForm),
                      anyone(), bind(posted_callback)),
        route<Browser>(facts(Method::get, "/login/confirm", "browser", store, Rate::ordinary, 0),
                       guard, bind(ask)),
        route<Browser>(
            facts(Method::post, "/login/confirm", "browser", store, Rate::attempt, kMostLoginForm),
            guard, bind(confirm)),
        route<Anyone>(facts(Method::get, "/device", "anyone", store, Rate::attempt, 0), anyone(),
                      bind(show_code_box)),
        route<Anyone>(
            facts(Method::post, "/device", "anyone", store, Rate::attempt, kMostLoginForm),
            anyone(), bind(take_code)),
    };
}

}  // namespace sparekey::sync
