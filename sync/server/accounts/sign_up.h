// Who may make an account: the policy of the configuration, and what a login and an invitation say.
// Pure.
#pragma once

#include "core/base/result.h"
#include "sync/server/accounts/states.h"

#include <string>
#include <vector>

namespace sparekey::sync {

inline constexpr std::size_t kInvitationBytes = 15;  // 24 characters of base32, lower case

struct SignUpPolicy {
    enum class Kind : std::uint8_t { invite, open, closed, list };
    Kind kind = Kind::invite;
    std::vector<std::string> domains;   // lower case: "domain:example.org"
    std::vector<IdentityKey> subjects;  // "subject:<issuer>#<sub>"
};

/// An entry of the list. ErrorCode::usage with what is wrong.
core::Result<void> add_entry(SignUpPolicy& policy, std::string_view entry);

/// An invitation's code as it was made, however it was typed: base32 says the same in either case,
/// and spaces and dashes are none of its characters. What is no such code comes back without the
/// spaces around it; "" if there is nothing else.
std::string normal_invitation(std::string_view typed);

enum class SignUp : std::uint8_t { allowed, needs_invitation, refused };

/// Without regard to an invitation's code: `needs_invitation` is the caller's to look up. A domain
/// counts only if the provider says that the address is verified (O-19, O-41).
SignUp may_sign_up(const SignUpPolicy& policy, const LoginProof& login);

}  // namespace sparekey::sync
