#include "sync/server/oauth/device_codes.h"

#include "core/base/mutant.h"
#include "sync/server/http/problem.h"
#include "sync/server/oauth/answers.h"
#include "sync/server/oauth/client.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

// RFC 8628 section 6.1: no vowels, so no words; 20^8 codes, 34 bits, ten minutes, and few attempts.
constexpr std::string_view kLetters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t kLetterCount = 8;
constexpr std::uint64_t kSlowDownMs = 5'000;
// Beyond its end a code is remembered this long, so that a late device hears `expired_token`.
constexpr std::uint64_t kRememberedMs = 600'000;
constexpr int kMostTries = 16;

Tickets<DeviceCodeState> codes(Services& services) {
    return {TicketKind::device_code, services.store, services.clock};
}
Tickets<UserCodeState> user_codes(Services& services) {
    return {TicketKind::user_code, services.store, services.clock};
}

std::string new_user_code(core::Random& random) {
    std::string code;
    while (code.size() < kLetterCount + 1) {
        // 240 is the largest multiple of 20 in a byte: no letter is likelier than another.
        const std::uint8_t byte = random.bytes<1>()[0];
        if (byte < 240) code += kLetters[byte % kLetters.size()];
        if (code.size() == kLetterCount / 2) code += '-';
    }
    return code;
}

/// The ticket of an unused user code that leads to `device_code`.
std::string reserve_user_code(Services& services, const Hash& device_code) {
    const UserCodeState state{core::to_hex(device_code)};
    const std::uint64_t now = services.clock.now_ms();
    for (int tries = 0; tries < kMostTries; ++tries) {
        std::string code = new_user_code(services.random);
        Ticket ticket{TicketKind::user_code,
                      ticket_key(code),
                      now + services.settings.device_code_ms,
                      {},
                      {},
                      encode_state(state),
                      0};
        if (services.store.put_new_ticket(ticket, now)) return code;
    }
    throw core::SystemFailure("no user code is free");
}

bool is_over(Services& services, const Held<DeviceCodeState>& held) {
    if (SPAREKEY_LEFT_OUT("device-code-expiry")) return false;
    return services.clock.now_ms() + kRememberedMs >= held.ticket.expires_ms;
}

/// RFC 8628 section 3.5: a device that asks too early waits five seconds more from then on.
Response still_waiting(Services& services, Held<DeviceCodeState> held) {
    const std::uint64_t now = services.clock.now_ms();
    const bool early = now < held.state.next_poll_ms && !SPAREKEY_LEFT_OUT("slow-down");
    if (early) held.state.interval_ms += kSlowDownMs;
    held.state.next_poll_ms = now + held.state.interval_ms;
    // Lost to the person's answer: the device hears it the next time.
    (void)codes(services).replace(held);
    return early ? oauth_error(400, "slow_down", "asked again before the interval was over")
                 : oauth_error(400, "authorization_pending", "nobody has answered yet");
}

}  // namespace

Response answer_device_authorization(Services& services, const Request& request) {
    const auto form = form_of(request);
    if (!form) return oauth_error(400, "invalid_request", "the body is not one form");
    if (parameter(*form, "client_id") != kClientId) {
        return oauth_error(401, "invalid_client", "client_id is sparekey-cli");
    }
    auto wish = read_wish(*form, request.address);
    if (!wish) return oauth_error(400, "invalid_request", wish.error().message);
    const std::string code = new_secret(services.random);
    DeviceCodeState state;
    state.wish = std::move(*wish);
    state.interval_ms = kPollMs;
    state.user_code = reserve_user_code(services, ticket_key(code));
    codes(services).put(ticket_key(code), state, services.settings.device_code_ms + kRememberedMs);
    const std::string page = services.settings.origin + "/device";
    return oauth_answer({{"device_code", code},
                         {"user_code", state.user_code},
                         {"verification_uri", page},
                         {"verification_uri_complete", page + "?user_code=" + state.user_code},
                         {"expires_in", services.settings.device_code_ms / 1000},
                         {"interval", kPollMs / 1000}});
}

Response answer_device_code(Services& services, const std::string& code) {
    const Hash key = ticket_key(code);
    auto held = codes(services).find(key);
    if (!held) {
        Response response = oauth_error(400, "invalid_grant", "the device code is not known");
        response.attempt = Attempt::failed;
        return response;
    }
    if (is_over(services, *held)) return oauth_error(400, "expired_token", "the code has expired");
    if (held->state.outcome == CodeOutcome::waiting) {
        return still_waiting(services, std::move(*held));
    }
    auto answered = codes(services).take(key);
    if (!answered) return oauth_error(400, "invalid_grant", "the device code was used");
    if (answered->state.outcome == CodeOutcome::denied || !answered->state.enrolment) {
        return oauth_error(400, "access_denied", "the login was refused");
    }
    return enrolment_answer(services, *answered->state.enrolment);
}

std::optional<std::string> normal_user_code(std::string_view typed) {
    std::string code;
    for (char letter : typed) {
        if (letter == '-' || letter == ' ') continue;
        if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
        if (kLetters.find(letter) == std::string_view::npos) return std::nullopt;
        code += letter;
        if (code.size() == kLetterCount / 2) code += '-';
    }
    return code.size() == kLetterCount + 1 ? std::optional(code) : std::nullopt;
}

std::optional<Held<DeviceCodeState>> waiting_code(Services& services, std::string_view user_code) {
    const auto normal = normal_user_code(user_code);
    if (!normal) return std::nullopt;
    const auto known = user_codes(services).find(ticket_key(*normal));
    if (!known) return std::nullopt;
    return waiting_code(services, hash_of(known->state.device_code));
}

std::optional<Held<DeviceCodeState>> waiting_code(Services& services, const Hash& device_code) {
    auto held = codes(services).find(device_code);
    const bool waits =
        held && !is_over(services, *held) && held->state.outcome == CodeOutcome::waiting;
    return waits ? std::move(held) : std::nullopt;
}

bool answer_code(Services& services, const Hash& device_code, CodeOutcome outcome,
                 std::optional<EnrolmentState> enrolment) {
    // The device may be asking at this moment, which moves the ticket's revision.
    for (int tries = 0; tries < kMostTries; ++tries) {
        auto held = waiting_code(services, device_code);
        if (!held) return false;
        held->state.outcome = outcome;
        held->state.enrolment = enrolment;
        if (codes(services).replace(*held)) {
            user_codes(services).remove(ticket_key(held->state.user_code));
            return true;
        }
    }
    return false;
}

}  // namespace sparekey::sync
