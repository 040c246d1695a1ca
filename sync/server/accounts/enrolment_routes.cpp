#include "sync/server/accounts/enrolment_routes.h"

#include "core/base/mutant.h"
#include "sync/server/accounts/attempts.h"
#include "sync/server/accounts/json_answers.h"
#include "sync/server/accounts/opening.h"
#include "sync/server/http/problem.h"

#include <boost/json/serialize.hpp>

namespace sparekey::sync {
namespace {

constexpr std::size_t kMostEnrolmentBody = 16 * 1024;
constexpr std::size_t kNonceText = 43;  // 32 bytes, base64url

boost::json::value login_json(const Services& services, const EnrolmentState& state) {
    if (!state.login) return nullptr;
    return {
        {"id", identity_name(services.providers.list(), state.login->provider, state.login->key())},
        {"provider", state.login->provider},
        {"display", state.login->display}};
}

std::string_view link_word(LinkOutcome outcome) {
    switch (outcome) {
        case LinkOutcome::done:
            return "done";
        case LinkOutcome::taken:
            return "taken";
        case LinkOutcome::none:
            break;
    }
    return "none";
}

Response show(Services& services, const Request&, const PathValues&, Enrolling& enrolling) {
    const EnrolmentState& state = enrolling.held.state;
    const bool has_account = !state.account.empty();
    const bool may_create =
        !has_account && state.login && state.link == LinkOutcome::none &&
        admission(services, wish_of(state), *state.login) == Admission::signs_up;
    return json_answer({{"account", has_account ? boost::json::value(state.account) : nullptr},
                        {"may_create", may_create},
                        {"identity", login_json(services, state)},
                        {"nonce", state.nonce},
                        {"opened", state.opened},
                        {"link", link_word(state.link)},
                        {"expires", time_text(enrolling.held.ticket.expires_ms)}});
}

/// The device made the nonce after it was told the account: what a member compares cannot be chosen
/// here.
Response ask_approval(Services& services, const Request& request, const PathValues&,
                      Enrolling& enrolling) {
    EnrolmentState& state = enrolling.held.state;
    const auto body = json_body(request);
    const auto nonce = body ? text_member(*body, "nonce") : std::nullopt;
    if (!nonce || nonce->size() != kNonceText || !core::from_base64url(*nonce)) {
        return problem(400, "usage", "nonce is missing: 32 bytes, base64url");
    }
    if (state.account.empty() || state.device.key.empty() || !state.login) {
        return problem(409, "conflict", "There is no account to be let into.");
    }
    if (!state.approval_nonce.empty() && state.approval_nonce != *nonce) {
        return problem(409, "conflict", "This device is waiting already.");
    }
    state.approval_nonce = *nonce;
    if (!enrolments(services).replace(enrolling.held)) {
        return problem(409, "conflict", "The enrolment changed meanwhile.");
    }
    return json_answer({{"state", "waiting"}}, 202);
}

Response show_approval(Services&, const Request&, const PathValues&, Enrolling& enrolling) {
    const EnrolmentState& state = enrolling.held.state;
    if (state.approval_nonce.empty()) return problem(404, "not_found", "Nobody was asked.");
    if (state.approval.empty()) return json_answer({{"state", "waiting"}});
    return json_answer({{"state", "answered"}, {"answer", state.approval}});
}

/// The same for an account that does not exist: what follows fails alike (H-12).
Response begin_recovery(Services& services, const Request& request, const PathValues&,
                        const Anyone&) {
    const auto body = json_body(request);
    const auto member = [&](std::string_view name) {
        return body ? text_member(*body, name).value_or("") : std::string();
    };
    const auto account = AccountId::parse(member("account"));
    LoginWish wish;
    wish.device = {member("device_name"), request.address, member("device_key"),
                   member("receiving_key")};
    if (!account || !is_claim(wish.device) || wish.device.key.empty()) {
        return problem(400, "usage",
                       "account, device_name, device_key and receiving_key are needed");
    }
    const unsigned wait = wait_of(services, account_attempts(account->text()));
    if (wait > 0 && !SPAREKEY_LEFT_OUT("recovery-backoff")) return slow_down(request.path, wait);
    const EnrolmentState enrolment = claim_enrolment(services, wish, account->text());
    return json_answer({{"access_token", issue_enrolment(services, enrolment)},
                        {"expires_in", kEnrolmentMs / 1000},
                        {"nonce", enrolment.nonce}});
}

}  // namespace

std::vector<Route> enrolment_routes(Services& services) {
    const auto guard = enrolment_guard(services);
    const auto add = [&](Method method, const char* pattern, auto handler, Rate rate,
                         std::size_t most_body) {
        return route<Enrolling>(
            RouteFacts{method, pattern, "enrolment", Work::store, rate, most_body}, guard,
            [&services, handler](const Request& request, const PathValues& values,
                                 Enrolling& enrolling) {
                return handler(services, request, values, enrolling);
            });
    };
    std::vector<Route> routes{
        add(Method::get, "/api/v1/enrolment", show, Rate::ordinary, 0),
        add(Method::post, "/api/v1/enrolment/open", open_enrolment, Rate::attempt,
            kMostEnrolmentBody),
        add(Method::post, "/api/v1/enrolment/approval", ask_approval, Rate::ordinary,
            kMostEnrolmentBody),
        add(Method::get, "/api/v1/enrolment/approval", show_approval, Rate::ordinary, 0),
    };
    routes.push_back(route<Anyone>(
        RouteFacts{Method::post, "/api/v1/recovery", "anyone", Work::store, Rate::attempt,
                   kMostEnrolmentBody},
        anyone(),
        [&services](const Request& request, const PathValues& values, const Anyone& nobody) {
            return begin_recovery(services, request, values, nobody);
        }));
    return routes;
}

}  // namespace sparekey::sync
