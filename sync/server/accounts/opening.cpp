#include "sync/server/accounts/opening.h"

#include "core/base/mutant.h"
#include "core/chain/enrolment.h"
#include "sync/server/accounts/attempts.h"
#include "sync/server/accounts/json_answers.h"
#include "sync/server/accounts/wire_answers.h"
#include "sync/server/http/problem.h"

namespace sparekey::sync {
namespace {

Response refused(const EnrolmentState& state) {
    Response response = problem(403, "refused", "This does not open the account.");
    response.attempt_key = account_attempts(state.account);
    return response;
}

/// What the device signed, from what this server knows of it.
std::optional<core::Enrolment> facts_of(const Services& services, const EnrolmentState& state) {
    const auto account = AccountId::parse(state.account);
    const auto keys = keys_of(state.device);
    const auto nonce = fixed_bytes<core::kEnrolmentNonceSize>(state.nonce);
    if (!account || !keys || !nonce) return std::nullopt;
    return core::Enrolment{*account, services.settings.origin, keys->signing, keys->box, *nonce};
}

/// Whose key signed, and what.
struct Opening {
    core::SigningPublicKey opener{};
    core::Signature signature{};
};

/// `{opener, signature}`, base64url.
std::optional<Opening> opening_of(const Request& request) {
    const auto body = json_body(request);
    const auto opener = body ? text_member(*body, "opener") : std::nullopt;
    const auto signature = body ? text_member(*body, "signature") : std::nullopt;
    const auto key = opener ? fixed_bytes<32>(*opener) : std::nullopt;
    const auto signed_by_it = signature ? fixed_bytes<64>(*signature) : std::nullopt;
    if (!key || !signed_by_it) return std::nullopt;
    return Opening{*key, *signed_by_it};
}

core::Result<core::SlotKind> check(const Account& account, const core::Enrolment& facts,
                                   const Opening& opening) {
    SPAREKEY_TRY(const core::SignedRoster roster, core::decode_signed_roster(account.roster));
    SPAREKEY_TRY(const core::Roster listed, core::decode_roster(roster.bytes));
    return core::check_opening(listed, facts, opening.opener, opening.signature);
}

/// In the server's own log if there is no account: an answer that writes takes longer than one that
/// does not (H-12).
void note_refusal(Services& services, const std::optional<AccountId>& account,
                  const std::string& address) {
    services.store.append_audit(
        audit_entry(services, account, "refusal", "opener", address, R"({"reason":"opening"})"));
}

/// A login opens by Secret Key or key file; without one only the recovery code does.
bool may_open(const EnrolmentState& state, core::SlotKind kind) {
    return state.login.has_value() || kind == core::SlotKind::recovery ||
           SPAREKEY_LEFT_OUT("open-without-login");
}

}  // namespace

Response open_enrolment(Services& services, const Request& request, const PathValues&,
                        Enrolling& enrolling) {
    EnrolmentState& state = enrolling.held.state;
    const auto body = opening_of(request);
    if (!body) return problem(400, "usage", "The body is not an opening.");
    const unsigned wait = wait_of(services, account_attempts(state.account));
    if (wait > 0 && !SPAREKEY_LEFT_OUT("open-backoff")) return slow_down(request.path, wait);
    const auto facts = facts_of(services, state);
    const auto account = facts ? services.store.account(facts->vault) : std::nullopt;
    if (!account) {
        note_refusal(services, std::nullopt, request.address);
        return refused(state);
    }
    const auto kind = check(*account, *facts, *body);
    if (!kind || !may_open(state, *kind)) {
        note_refusal(services, account->id, request.address);
        return refused(state);
    }
    state.opened = true;
    if (!enrolments(services).replace(enrolling.held)) {
        return problem(409, "conflict", "The enrolment changed meanwhile.");
    }
    services.store.append_audit(
        audit_entry(services, account->id, "enrolment", "opener", request.address, "{}"));
    Response opened = opened_answer(services, *account);
    opened.attempt_key = account_attempts(state.account);
    return opened;
}

}  // namespace sparekey::sync
