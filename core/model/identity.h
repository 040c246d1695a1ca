// Identities as people write them: KIND:NAME (LOCKOUT rules), such as "google:alice@gmail.com",
// "email:alice@post.example", "phone:+4915112345", "device:pixel", "oidc:ISSUER#SUBJECT".
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace sparekey::core {

/// The one spelling of an identity: lower case (save an OIDC subject), phone numbers without spaces
/// and hyphens. ErrorCode::usage naming the form for anything that is not KIND:NAME, an `email:`
/// without an address, a `phone:` without + and digits, an `oidc:` without issuer and subject.
Result<std::string> normalize_identity(std::string_view text);

}  // namespace sparekey::core
