// A device's assertion for an access token: RFC 7523, as a compact JWS (RFC 7515) by EdDSA
// (RFC 8037) with the device's signing key.
//
// One form only, the bytes that make_assertion() writes: its header, its claims, their order. So
// there is no algorithm to choose, no second key and nothing to read in two ways (RFC 8725).
//
//     {"alg":"EdDSA","typ":"JWT"}
//     {"iss":S,"sub":S,"aud":ORIGIN/oauth/token,"iat":T,"exp":T+60,"jti":J}     S = DEVICE.ACCOUNT
#pragma once

#include "core/base/result.h"
#include "core/crypto/keypair.h"
#include "core/model/ids.h"

#include <cstdint>
#include <string>

namespace sparekey::sync {

inline constexpr std::uint64_t kAssertionSeconds = 60;
/// How far a device's clock may be off.
inline constexpr std::uint64_t kClockSkewSeconds = 30;
inline constexpr std::size_t kLongestAssertion = 2048;  // characters
using AssertionId = core::Id<struct AssertionIdTag>;

struct Assertion {
    core::VaultId account;
    core::DeviceId device;
    std::string audience;  // token_audience() of the server
    std::uint64_t issued_s = 0;
    std::uint64_t expires_s = 0;
    AssertionId id;  // random: a server takes each once

    friend bool operator==(const Assertion&, const Assertion&) = default;
    /// Until when a server has to remember the id, in seconds.
    std::uint64_t spent_until_s() const { return expires_s + kClockSkewSeconds; }
};

/// Why it is refused (`error_description`), if it was signed with the device's key; else no reason
/// is told.
inline constexpr std::string_view kDeviceRemoved = "the device was removed from the account";
inline constexpr std::string_view kClockIsWrong = "the assertion is of another time than now";

/// What an assertion to the server at `origin` is for: its token endpoint.
std::string token_audience(std::string_view origin);

/// Good from `now_ms` on for kAssertionSeconds.
std::string make_assertion(const core::VaultId& account, const core::DeviceId& device,
                           std::string_view origin, core::SeedView device_seed,
                           std::uint64_t now_ms, core::Random& random);

/// Says whose it claims to be: nothing of it is verified. ErrorCode::refused for what
/// make_assertion() does not write.
core::Result<Assertion> read_assertion(std::string_view compact);

/// Whether it is of this time: ErrorCode::refused, with a message for the audit log.
core::Result<void> check_times(const Assertion& assertion, std::uint64_t now_s);

/// What read_assertion() read of `compact`, if that device signed it for this server and now.
/// ErrorCode::refused, with a message for the audit log. That it came once is the caller's to see.
core::Result<Assertion> verify_assertion(std::string_view compact,
                                         const core::SigningPublicKey& device_key,
                                         std::string_view origin, std::uint64_t now_ms);

}  // namespace sparekey::sync
