#include "sync/server/oauth/assertion_grant.h"

#include "core/base/mutant.h"
#include "sync/protocol/assertion.h"
#include "sync/server/accounts/attempts.h"
#include "sync/server/accounts/sessions.h"
#include "sync/server/http/problem.h"
#include "sync/server/oauth/answers.h"

namespace sparekey::sync {
namespace {

/// One answer for every reason: who asks with a wrong key learns nothing (H-12).
Response refused(const std::string& key,
                 std::string_view description = "the assertion is not a member's") {
    Response response = oauth_error(400, "invalid_grant", description);
    response.attempt = Attempt::failed;
    response.attempt_key = key;
    return response;
}

/// Why a device is refused that has the key: nobody else hears it.
Response refused_to(const Device& device, const std::string& assertion, const Assertion& claims,
                    const std::string& origin, const std::string& key) {
    const bool is_its_own =
        verify_assertion(assertion, device.key, origin, claims.issued_s * 1000).has_value();
    if (!is_its_own) return refused(key);
    return refused(key, device.revoked_ms ? kDeviceRemoved : kClockIsWrong);
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
    if (!device) return refused(key);
    const std::string& origin = services.settings.origin;
    if (device->revoked_ms) return refused_to(*device, assertion, claims, origin, key);
    const auto verified = verify_assertion(assertion, device->key, origin, services.clock.now_ms());
    if (!verified) {
        services.store.append_audit(audit_entry(services, claims.account, "refusal",
                                                claims.device.text(), request.address,
                                                R"({"reason":"assertion"})"));
        return refused_to(*device, assertion, claims, origin, key);
    }
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
