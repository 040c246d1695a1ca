// One-time codes: TOTP (RFC 6238), HOTP (RFC 4226) and Steam's, and the texts that people store.
//
// parse_otp() reads bare base32 (spaces, hyphens, lower case and missing padding are fine),
// otpauth:// URIs, steam://SECRET and KeeOtp's key=…&size=…&type=hotp; what it cannot read is
// ErrorCode::usage, which never repeats the secret.
#pragma once

#include "core/base/result.h"
#include "core/crypto/hmac.h"
#include "core/secret/secret_bytes.h"

#include <cstdint>
#include <string>

namespace sparekey::core {

enum class OtpKind { totp, hotp, steam };

struct OtpSpec {
    OtpKind kind = OtpKind::totp;
    HmacHash hash = HmacHash::sha1;
    unsigned digits = 6;        // 5–10 are read, 6–8 are usual; Steam has 5 letters
    std::uint32_t period = 30;  // seconds, 1…86,400
    std::uint64_t counter = 0;  // where a HOTP starts
    SecretBytes secret;         // 1…1,024 bytes
};

Result<OtpSpec> parse_otp(std::string_view text);

/// The same text with `counter` as where it starts: for a copy of a HOTP that is in use.
SecretText with_counter(std::string_view text, std::uint64_t counter);

/// The code at `unix_seconds`, for TOTP and Steam.
SecretText code_at(const OtpSpec& spec, std::uint64_t unix_seconds);
/// The code of one counter value.
SecretText code_for(const OtpSpec& spec, std::uint64_t counter);
/// Seconds until the code changes, 1…period.
std::uint32_t remaining(const OtpSpec& spec, std::uint64_t unix_seconds);

}  // namespace sparekey::core
