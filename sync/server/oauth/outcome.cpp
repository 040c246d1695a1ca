#include "sync/server/oauth/outcome.h"

#include "sync/server/oauth/answers.h"
#include "sync/server/oauth/client.h"
#include "sync/server/oauth/device_codes.h"
#include "sync/server/pages/login_pages.h"

#include <boost/json/serialize.hpp>

namespace sparekey::sync {
namespace {

Response too_late() {
    return render(message_page("Too late",
                               "The code has expired meanwhile. Begin again on your device.", 400));
}

Response welcome(const EnrolmentState& enrolment) {
    switch (enrolment.link) {
        case LinkOutcome::taken:
            return render(message_page(
                "Not linked", "This login belongs to another account already; nothing was changed.",
                409));
        case LinkOutcome::done:
            return render(message_page("Linked", "You can close this window.", 200));
        case LinkOutcome::none:
            break;
    }
    return render(message_page("Done",
                               "Go back to your device; it goes on there. You can close this "
                               "window.",
                               200));
}

Response hand_out_code(Services& services, const AuthorizationRequest& request,
                       const EnrolmentState& enrolment) {
    const std::string code = new_secret(services.random);
    Tickets<AuthorizationState>(TicketKind::authorization, services.store, services.clock)
        .put(ticket_key(code), {request, enrolment}, kCodeMs);
    if (request.redirect_uri == kPasteRedirect) return render(paste_page(code));
    return redirect_answer(services.settings, request, "code", code);
}

}  // namespace

Response approve(Services& services, const BrowserState& browser) {
    if (browser.authorization) {
        return hand_out_code(services, *browser.authorization,
                             confirm_enrolment(services, browser.wish, *browser.login));
    }
    const Hash code = hash_of(browser.device_code);
    if (!waiting_code(services, code)) return too_late();
    const EnrolmentState enrolment = confirm_enrolment(services, browser.wish, *browser.login);
    if (!answer_code(services, code, CodeOutcome::approved, enrolment)) return too_late();
    return welcome(enrolment);
}

Response deny(Services& services, const BrowserState& browser) {
    if (browser.authorization && browser.authorization->redirect_uri != kPasteRedirect) {
        return redirect_answer(services.settings, *browser.authorization, "error", "access_denied");
    }
    if (!browser.device_code.empty()) {
        answer_code(services, hash_of(browser.device_code), CodeOutcome::denied, std::nullopt);
    }
    Response response = render(
        message_page("Refused", "The device was not let in. You can close this window.", 403));
    // To say no, or to fail at a provider, is no attempt at a secret of ours.
    response.attempt = Attempt::forgiven;
    return response;
}

void note_refusal(Services& services, const BrowserState& browser, std::string_view reason) {
    std::optional<AccountId> account;
    std::string actor = "nobody";
    if (browser.login) {
        account = services.store.account_of(browser.login->key());
        actor =
            identity_name(services.providers.list(), browser.login->provider, browser.login->key());
    }
    const boost::json::value detail{{"reason", reason}, {"device", browser.wish.device.name}};
    services.store.append_audit(audit_entry(services, account, "refusal", actor,
                                            browser.wish.device.address,
                                            boost::json::serialize(detail)));
}

std::string form_target(const BrowserState& browser) {
    if (!browser.authorization) return {};
    const std::string& uri = browser.authorization->redirect_uri;
    constexpr std::string_view kLoopback4 = "http://127.0.0.1:";
    if (uri.starts_with(kLoopback4)) return uri.substr(0, uri.find('/', kLoopback4.size()));
    // A CSP source cannot hold an IPv6 address; the redirect was checked to be a loopback one.
    return uri == kPasteRedirect ? "" : "http:";
}

Response redirect_answer(const ServerSettings& settings, const AuthorizationRequest& request,
                         std::string_view name, std::string_view value) {
    Parameters answer{{std::string(name), std::string(value)}, {"iss", settings.origin}};
    if (!request.state.empty()) answer["state"] = request.state;
    return see_other(with_parameters(request.redirect_uri, answer));
}

}  // namespace sparekey::sync
