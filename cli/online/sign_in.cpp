#include "cli/online/sign_in.h"

#include "cli/online/browser.h"
#include "cli/online/events.h"
#include "cli/online/loopback_listener.h"

#include <unistd.h>

#include <thread>

namespace sparekey::cli::online {
namespace {

using core::ErrorCode;
using core::Result;
using core::SecretText;
using core::unexpected;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kBrowserPatience{5};
constexpr seconds kSlowDown{5};  // RFC 8628 section 3.5
constexpr int kMostSignInFailures = 5;

struct Asking {
    Session& session;
    const sync::Authorization& authorization;
    const sync::LoginAim& aim;
    const std::string& origin;
    bool opens_browser = true;
};

Result<SecretText> by_browser(const Asking& asking) {
    Session& session = asking.session;
    LoopbackListener listener(session.random());
    const std::string state = sync::unguessable(session.random());
    const sync::Pkce pkce = sync::Pkce::make(session.random());
    const std::string address =
        asking.authorization.address(asking.aim, listener.redirect_uri(), state, pkce);
    tell(session, "authorize", {{"authorize_uri", address}},
         "Sign in at this address with a browser on this machine:\n" + address);
    std::optional<Child> opener;
    if (asking.opens_browser) {
        auto opened = open_browser(address);
        if (opened) opener.emplace(std::move(*opened));
    }
    SPAREKEY_TRY(const std::string code, listener.wait(state, asking.origin, kBrowserPatience));
    return asking.authorization.exchange(code, listener.redirect_uri(), pkce);
}

Result<SecretText> by_device_code(const Asking& asking) {
    SPAREKEY_TRY(const sync::DeviceCodes codes,
                 asking.authorization.begin_device_grant(asking.aim));
    tell(asking.session, "verify",
         {{"verification_uri", codes.verification_uri},
          {"verification_uri_complete", codes.verification_uri_complete},
          {"user_code", codes.user_code}},
         "Sign in at " + codes.verification_uri + " with any browser, and enter the code\n\n    " +
             codes.user_code + "\n\nThe page then shows that code and the name of this device.");
    const Deadline end = after(codes.lifetime);
    seconds interval = codes.interval;
    int failures = 0;
    while (std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(interval);
        auto answer = asking.authorization.ask_device_grant(codes);
        // A line that is down for a moment costs no login.
        if (!answer && answer.error().code == ErrorCode::offline &&
            ++failures < kMostSignInFailures) {
            continue;
        }
        if (!answer) return unexpected(std::move(answer).error());
        failures = 0;
        if (auto* const token = std::get_if<SecretText>(&*answer)) return std::move(*token);
        if (std::get<sync::StillWaiting>(*answer) == sync::StillWaiting::slower) {
            interval += kSlowDown;
        }
    }
    return unexpected(ErrorCode::refused, "nobody confirmed the login in time", "begin again");
}

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first));
}

Result<std::string> pasted_code(Session& session) {
    if (::isatty(STDIN_FILENO) == 1) {
        SPAREKEY_TRY(const std::string typed, session.terminal().ask_line("The code: "));
        return trimmed(typed);
    }
    SPAREKEY_TRY(const SecretText line, session.input().line());
    return trimmed(line.expose());
}

Result<SecretText> by_pasting(const Asking& asking) {
    Session& session = asking.session;
    const std::string state = sync::unguessable(session.random());
    const sync::Pkce pkce = sync::Pkce::make(session.random());
    const std::string address =
        asking.authorization.address(asking.aim, sync::kPasteRedirect, state, pkce);
    tell(session, "authorize", {{"authorize_uri", address}},
         "Sign in at this address with any browser. Its last page shows a code to bring back:\n" +
             address);
    std::optional<Child> opener;
    if (asking.opens_browser && can_open_browser()) {
        auto opened = open_browser(address);
        if (opened) opener.emplace(std::move(*opened));
    }
    SPAREKEY_TRY(const std::string code, pasted_code(session));
    return asking.authorization.exchange(code, sync::kPasteRedirect, pkce);
}

Result<SecretText> by_way(Way way, const Asking& asking) {
    switch (way) {
        case Way::browser:
            return by_browser(asking);
        case Way::device_code:
            return by_device_code(asking);
        case Way::paste:
            break;
    }
    return by_pasting(asking);
}

}  // namespace

Result<Way> chosen_way(const Arguments& arguments) {
    std::optional<Way> chosen;
    for (const auto& [option, way] : {std::pair{"--browser", Way::browser},
                                      {"--device-code", Way::device_code},
                                      {"--paste", Way::paste}}) {
        if (!arguments.has(option)) continue;
        if (chosen) {
            return unexpected(ErrorCode::usage,
                              "--browser, --device-code and --paste are three ways; choose one");
        }
        chosen = way;
    }
    return chosen.value_or(can_open_browser() ? Way::browser : Way::device_code);
}

Result<SecretText> sign_in(Session& session, const Arguments& arguments,
                           const sync::ServerConnection& server, sync::LoginAim aim) {
    SPAREKEY_TRY(const Way way, chosen_way(arguments));
    aim.provider = arguments.value("--provider").value_or("");
    aim.invitation = arguments.value("--invite").value_or("");
    SPAREKEY_TRY(const sync::Authorization authorization, sync::Authorization::discover(server));
    auto token =
        by_way(way, {session, authorization, aim, server.origin(), !arguments.has("--no-open")});
    if (token || token.error().code != ErrorCode::refused || !token.error().hint.empty()) {
        return token;
    }
    // What the protocol says is that it was refused; why, the person was told where they signed in.
    core::Error refused = std::move(token).error();
    refused.hint = "the page in the browser says why";
    return unexpected(std::move(refused));
}

std::string device_name(const Arguments& arguments) {
    if (const auto named = arguments.value("--device-name")) return *named;
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0 || name[0] == 0) return "this device";
    return name;
}

}  // namespace sparekey::cli::online
