#include "sync/server/oauth/assertion_grant.h"

#include "core/base/mutant.h"
#include "core/crypto/keypair.h"
#include "sync/protocol/assertion.h"
#include "sync/server/accounts/attempts.h"
#include "sync/server/accounts/sessions.h"
#include "sync/server/http/problem.h"
#include "sync/server/oauth/answers.h"

namespace sparekey::sync {
namespace {

/// For every reason: who asks with a wrong key learns nothing (H-12).
constexpr std::string_view kNotAMembers = "the assertion is not a member's";

Response refused(const std::string& key, std::string_view description = kNotAMembers) {
    Response response = oauth_error(400, "invalid_grant", description);
    response.attempt = Attempt::failed;
    response.attempt_key = key;
    return response;
}

/// Of what is not there, a signature is checked too, so that it takes as long (H-12).
const core::SigningPublicKey& nobodys_key() {
    static const core::SigningPublicKey key =
        core::signing_public_key(std::array<std::uint8_t, 32>{});
    return key;
}

/// An assertion comes once (O-17).
bool is_fresh(Services& services, const Assertion& claims) {
    const Ticket spent{TicketKind::spent,
                       ticket_key("assertion " + claims.id.text()),
                       claims.spent_until_s() * 1000,
                       claims.account,
                       claims.device,
                       {},
                       0};
    return services.store.put_new_ticket(spent, services.clock.now_ms()).has_value() ||
           SPAREKEY_LEFT_OUT("assertion-replay");
}

/// A device where it was before: another address may know its id.
std::string proof_of(const DeviceId& device, const Request& request) {
    return device_attempts(device) + " at " + request.address;
}

}  // namespace

std::string assertion_proof(const std::string& assertion, const Request& request) {
    const auto read = read_assertion(assertion);
    return read ? proof_of(read->device, request) : std::string();
}

Response answer_assertion(Services& services, const std::string& assertion,
                          const Request& request) {
    const auto read = read_assertion(assertion);
    if (!read) return refused("");
    const Assertion& claims = *read;
    const std::string key = device_attempts(claims.device);
    const unsigned wait = wait_of(services, key);
    if (wait > 0 && !SPAREKEY_LEFT_OUT("assertion-backoff")) return slow_down(request.path, wait);
    const auto device = services.store.device(claims.account, claims.device);
    const auto refuse = [&](std::string_view description) {
        // Of nobody it is the server's own log, since one that writes takes longer than one that
        // does not.
        services.store.append_audit(
            audit_entry(services, device ? std::optional(claims.account) : std::nullopt, "refusal",
                        claims.device.text(), request.address, R"({"reason":"assertion"})"));
        return refused(key, description);
    };
    const bool is_signed = verify_assertion(assertion, device ? device->key : nobodys_key(),
                                            services.settings.origin, claims.issued_s * 1000)
                               .has_value();
    if (!device || !is_signed) return refuse(kNotAMembers);
    // Whoever has the key hears why.
    if (device->revoked_ms) return refuse(kDeviceRemoved);
    if (!check_times(claims, services.clock.now_ms() / 1000)) return refuse(kClockIsWrong);
    if (!is_fresh(services, claims)) return refused(key);
    Response granted =
        oauth_answer({{"access_token", issue_access_token(services, claims.account, claims.device)},
                      {"token_type", "Bearer"},
                      {"expires_in", kAccessTokenMs / 1000},
                      {"scope", "member"}});
    granted.attempt_key = key;
    services.limiter.prove(proof_of(claims.device, request));
    return granted;
}

}  // namespace sparekey::sync
