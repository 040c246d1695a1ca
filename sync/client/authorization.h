// A server's authorization side, as a device that signs in meets it: what it says of itself
// (RFC 8414), authorization codes (RFC 6749, 7636, 8252) and the device grant (RFC 8628).
//
// What comes out is an enrolment's token, which opens nothing by itself.
#pragma once

#include "core/crypto/keypair.h"
#include "sync/client/pkce.h"
#include "sync/client/server_connection.h"
#include "sync/protocol/routes.h"

#include <optional>
#include <variant>

namespace sparekey::sync {

/// What a server takes, in bytes.
inline constexpr std::size_t kLongestShownName = 64;

/// What a login is for, as the device says it.
struct LoginAim {
    std::string device_name;  // shown for comparison; cut to kLongestShownName
    struct Keys {
        core::SigningPublicKey signing{};
        core::BoxPublicKey box{};
    };
    std::optional<Keys> keys;  // none: a login that only links or only says who it is
    std::string provider;      // by its id; empty: the person chooses
    std::string invitation;
    std::string link;  // a member's handle: the identity is to be linked
};

/// At most kLongestShownName bytes, and no character in two.
std::string shown_name(std::string_view name);

struct DeviceCodes {
    core::SecretText device_code;
    std::string user_code;
    std::string verification_uri;           // on the server itself
    std::string verification_uri_complete;  // likewise; may be empty
    std::chrono::seconds lifetime{};
    std::chrono::seconds interval{};
};

enum class StillWaiting : std::uint8_t { as_before, slower };
/// The token, or that nobody has answered yet.
using DeviceAnswer = std::variant<core::SecretText, StillWaiting>;

class Authorization {
  public:
    /// Asks the server what it says of itself. ErrorCode::offline unless it is a Sparekey server
    /// that goes by the address it was asked at.
    static core::Result<Authorization> discover(const ServerConnection& server);

    /// Where a browser begins. Its answer comes to `redirect_uri` with `state`.
    std::string address(const LoginAim& aim, std::string_view redirect_uri, std::string_view state,
                        const Pkce& pkce) const;
    /// ErrorCode::refused for a code that is not (or no longer) good.
    core::Result<core::SecretText> exchange(std::string_view code, std::string_view redirect_uri,
                                            const Pkce& pkce) const;
    core::Result<DeviceCodes> begin_device_grant(const LoginAim& aim) const;
    /// ErrorCode::refused if the person said no or the code has expired.
    core::Result<DeviceAnswer> ask_device_grant(const DeviceCodes& codes) const;

  private:
    explicit Authorization(const ServerConnection& server) : server_(&server) {}
    core::Result<FetchResponse> post(const std::string& target, core::SecretText form) const;

    const ServerConnection* server_;
    // Paths and queries at the server's own origin.
    std::string authorize_;
    std::string token_;
    std::string device_;
};

}  // namespace sparekey::sync
