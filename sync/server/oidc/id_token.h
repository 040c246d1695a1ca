// ID tokens (OpenID Connect Core section 3.1.3.7), read as RFC 8725 asks.
//
// In three steps, since a key may have to be fetched in between: parse_token() takes apart,
// verified_claims() checks the signature, check_claims() what is said.
#pragma once

#include "sync/protocol/json.h"
#include "sync/server/oidc/key_set.h"
#include "sync/server/oidc/profile.h"

#include <string>
#include <string_view>

namespace sparekey::sync {

inline constexpr std::size_t kLargestToken = 16 * 1024;  // bytes

struct SignedToken {
    std::string compact;
    Algorithm algorithm = Algorithm::rs256;
    std::optional<std::string> key_id;
    core::Bytes payload;  // not to be believed yet
};

/// Compact serialization with one of `algorithms`; every header that names a key of its own is
/// ignored, one that has to be understood is refused. ErrorCode::refused.
core::Result<SignedToken> parse_token(std::string_view compact, const Algorithms& algorithms);

/// The key that signed it. ErrorCode::not_found: its key is not among them; ErrorCode::refused.
core::Result<const PublicKey*> check_signature(const SignedToken& token, const KeySet& keys);

/// The claims of a token that one of the keys signed. ErrorCode::not_found: its key is not among
/// them; ErrorCode::refused.
core::Result<Json> verified_claims(const SignedToken& token, const KeySet& keys);

/// What the claims have to fit.
struct TokenRules {
    const Profile& profile;
    std::string client_id;
    std::string nonce;
    std::uint64_t now_ms = 0;
    Algorithm algorithm = Algorithm::rs256;
    std::string code;                                // for `c_hash`
    const core::SecretText* access_token = nullptr;  // for `at_hash`
};

/// The issuer that the identity is filed under. ErrorCode::refused, naming the check.
core::Result<std::string> check_claims(const Json& claims, const TokenRules& rules);

}  // namespace sparekey::sync
