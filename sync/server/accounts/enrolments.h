// From a finished login to a device that may go on to join: what the login opens, decided once, at
// the confirmation.
#pragma once

#include "sync/server/accounts/services.h"
#include "sync/server/accounts/tickets.h"

namespace sparekey::sync {

/// The two public keys of a claim; nothing if it has none, or what is none.
struct DeviceKeys {
    core::SigningPublicKey signing{};
    core::BoxPublicKey box{};
};
std::optional<DeviceKeys> keys_of(const DeviceClaim& device);
/// A name of at most 64 bytes, and both keys or none.
bool is_claim(const DeviceClaim& device);
/// N bytes of base64url.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> fixed_bytes(std::string_view base64url) {
    const auto bytes = core::from_base64url(base64url);
    std::array<std::uint8_t, N> fixed{};
    if (!bytes || bytes->size() != N) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), fixed.begin());
    return fixed;
}

/// What stands between a login and its confirmation.
enum class Admission : std::uint8_t {
    known,             // the identity opens an account
    links,             // a member asked to link it
    signs_up,          // no account yet, and the policy allows one
    needs_invitation,  // no account yet, and no invitation that is good
    refused,           // no account yet, and the policy allows none
};

Admission admission(Services& services, const LoginWish& wish, const LoginProof& login);

/// The person confirmed. Links the identity if that is what it was for. Writes the audit log.
EnrolmentState confirm_enrolment(Services& services, const LoginWish& wish,
                                 const LoginProof& login);

/// The wish that led to it, as far as it still matters.
LoginWish wish_of(const EnrolmentState& enrolment);

/// A device that claims an account and says that it has a recovery code: the same for an account
/// that does not exist.
EnrolmentState claim_enrolment(Services& services, const LoginWish& wish, std::string_view account);

/// Makes the token by which the device sees its enrolment.
std::string issue_enrolment(Services& services, const EnrolmentState& enrolment);

inline Tickets<EnrolmentState> enrolments(Services& services) {
    return {TicketKind::enrolment, services.store, services.clock};
}

/// An entry for the log: who, from where, with `detail` as one JSON object.
AuditEntry audit_entry(Services& services, std::optional<AccountId> account, std::string action,
                       std::string actor, std::string address, std::string detail = "{}");

/// `PROVIDER:ID` or `oidc:ISSUER#SUBJECT`, as `status` shows an identity.
std::string identity_name(const std::vector<ProviderFacts>& providers, std::string_view provider,
                          const IdentityKey& key);

}  // namespace sparekey::sync
