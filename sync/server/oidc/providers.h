// Login providers as the rest of the server sees them: where to send a browser, and who came back.
//
// One attempt belongs to one provider; it is data that the caller keeps (a ticket) between the two
// steps. Everything a provider says is checked here: discovery and keys (OpenID Connect
// Discovery 1.0), ID tokens (OpenID Connect Core section 3.1.3.7, RFC 8725), the issuer parameter
// (RFC 9207), PKCE (RFC 7636). Functions block on the network for at most 10 s: call them where
// Work::outbound runs.
#pragma once

#include "core/base/result.h"
#include "sync/server/store/types.h"

#include <map>
#include <string>
#include <vector>

namespace sparekey::sync {

struct ProviderFacts {
    std::string id;    // as in the configuration: part of the callback's path
    std::string name;  // for people
    std::string type;
};

/// What must be kept between start and finish: at most a few hundred bytes.
struct ProviderAttempt {
    std::string provider;
    std::string state;  // 256 random bits, base64url: the caller finds the attempt by it
    std::string nonce;
    std::string verifier;  // PKCE
    std::uint64_t started_ms = 0;
};

struct ProviderStart {
    std::string url;  // for the browser
    ProviderAttempt attempt;
};

/// Who logged in. Only `key` says who; the rest is for show and for the sign-up policy.
struct ProviderLogin {
    IdentityKey key;
    std::string provider;
    std::string display;       // preferred_username, e-mail, name or login; at most 128 characters
    std::string email_domain;  // only if the provider says email_verified is true (boolean)
    std::map<std::string, std::string> claims;  // "hd", "tid": strings the policy may ask for
};

class Providers {
  public:
    virtual ~Providers() = default;
    virtual std::vector<ProviderFacts> list() const = 0;
    /// ErrorCode::not_found: no such provider; ErrorCode::offline: it is down or answers nonsense.
    virtual core::Result<ProviderStart> start(std::string_view provider) = 0;
    /// `parameters` are those of the callback's query or form, each at most once.
    /// ErrorCode::refused: the person or the provider said no, or the answer failed a check
    /// (`message` says which, for the audit log); ErrorCode::offline.
    virtual core::Result<ProviderLogin> finish(
        const ProviderAttempt& attempt, const std::map<std::string, std::string>& parameters) = 0;
};

}  // namespace sparekey::sync
