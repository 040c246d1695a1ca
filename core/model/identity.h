// Identities as people write them: KIND:NAME (docs/LOCKOUT.md), such as "google:alice@gmail.com",
// "email:alice@post.example", "phone:+4915112345", "device:pixel", "oidc:ISSUER#SUBJECT".
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sparekey::core {

/// The one spelling of an identity: without spaces around it, lower case (save an OIDC subject),
/// phone numbers without spaces and hyphens. ErrorCode::usage naming the form for anything that is
/// not KIND:NAME, an `email:` without an address, a `phone:` without + and digits, an `oidc:`
/// without issuer and subject.
Result<std::string> normalize_identity(std::string_view text);

/// The account that a normalized identity is a name of, as the identity that its provider gives it:
/// at gmail.com and googlemail.com `email:X` is `google:X`, at icloud.com, me.com and mac.com it is
/// `apple:X`. Any other identity is its own account.
std::string account_of(std::string_view identity);

/// `device:NAME`: a thing one has, and no account.
bool is_device(std::string_view identity);

}  // namespace sparekey::core
