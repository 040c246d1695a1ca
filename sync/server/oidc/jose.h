// Signatures of compact JWS (RFC 7515, 7518, 8037): by libcjose, and Ed25519 by libsodium.
#pragma once

#include "core/base/bytes.h"
#include "sync/server/oidc/key_set.h"

#include <string>
#include <string_view>

namespace sparekey::sync {

/// `compact` has three parts in strict base64url, and says `algorithm` in its header; `key` fits it
/// and has no flaw.
bool signature_is_good(const PublicKey& key, Algorithm algorithm, const std::string& compact);

/// The left half of the algorithm's hash of `text` in base64url: `at_hash`, `c_hash` (OpenID
/// Connect Core section 3.1.3.6). Ed25519 goes with SHA-512.
std::string half_hash(Algorithm algorithm, std::string_view text);

}  // namespace sparekey::sync
