// What a device that joins and its account's members both see of an enrolment, and what opens it
// (DESIGN section 7, step 1).
//
// The opener of a slot, derived from the Secret Key, the recovery code or a key file and never from
// the password, signs these facts: they tie a signature to one server, account, attempt and device.
#pragma once

#include "core/chain/roster.h"

#include <string>

namespace sparekey::core {

inline constexpr std::size_t kEnrolmentNonceSize = 32;
using EnrolmentNonce = std::array<std::uint8_t, kEnrolmentNonceSize>;

struct Enrolment {
    VaultId vault;
    std::string
        origin;  // of the server, as each side itself knows it; at most kLongestOrigin bytes
    SigningPublicKey signing{};  // of the device that joins
    BoxPublicKey box{};
    /// To open: the server's, never used twice. To be approved: made by the device that joins after
    /// it was told the vault, so that a server which shows the member other keys cannot choose
    /// anything on the joining side, and has to find one certain code rather than any two that
    /// agree.
    EnrolmentNonce nonce{};
};

/// The one encoding behind every signature, code and box of an enrolment.
Bytes encode(const Enrolment& enrolment);

Signature sign_opening(SeedView opener_seed, const Enrolment& enrolment);

/// The kind of slot whose opener signed. ErrorCode::refused, with the same words for every reason:
/// the roster does not list `opener`, or the signature does not fit.
Result<SlotKind> check_opening(const Roster& roster, const Enrolment& enrolment,
                               const SigningPublicKey& opener, const Signature& signature);

}  // namespace sparekey::core
