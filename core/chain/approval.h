// Approval: how a member device hands the Secret Key to one that joins (DESIGN section 7, step 2).
//
// Both sides compute a code of 100 bits from what each of them sees; the person reads it on the
// device that joins and types it on the member. It is never sent, so a server that shows the member
// another device's keys shows a code that does not fit. The member's answer is sealed to the new
// device's X25519 key, bound to the enrolment and to the member, and signed by the member.
#pragma once

#include "core/chain/commit.h"
#include "core/chain/enrolment.h"

namespace sparekey::core {

class ApprovalCode {
  public:
    /// The first 100 bits of SHA-256(label, enrolment).
    static ApprovalCode of(const Enrolment& enrolment);

    /// Four groups of five: "ABCDE-FGHIJ-KLMNO-P2345" (RFC 4648 base32).
    std::string text() const;
    /// Either case, hyphens and spaces anywhere, 0, 1 and 8 for the O, I and B that they look like.
    bool matches(std::string_view typed) const;

    ByteView bytes() const { return bits_; }

  private:
    std::array<std::uint8_t, 13> bits_{};  // the last four are zero
};

/// A member's answer, as it is sent.
struct ApprovalAnswer {
    DeviceId device;  // the member
    Bytes sealed;
    Signature signature{};

    friend bool operator==(const ApprovalAnswer&, const ApprovalAnswer&) = default;
};

struct ApprovingMember {
    DeviceId device;
    SeedView signing;
    ChainPoint head;  // its own
};

/// ErrorCode::refused if `typed` is not the code of this enrolment.
Result<ApprovalAnswer> approve(const Enrolment& enrolment, std::string_view typed,
                               const SecretBytes& secret_key, const ApprovingMember& member,
                               Random& random);

/// What the new device learns; believed once verify_approval() has held it against the roster.
struct Approval {
    SecretBytes secret_key;
    ChainPoint head;  // the account's history leads through here
};

/// ErrorCode::integrity if it was not sealed for this enrolment by that member.
Result<Approval> open_approval(const Enrolment& enrolment, SeedView box_secret,
                               const ApprovalAnswer& answer);

/// ErrorCode::integrity unless a device that the roster lists has signed.
Result<void> verify_approval(const Roster& roster, const Enrolment& enrolment,
                             const ApprovalAnswer& answer);

Bytes encode(const ApprovalAnswer& answer);
Result<ApprovalAnswer> decode_approval_answer(ByteView bytes);

}  // namespace sparekey::core
