// A provider's metadata (OpenID Connect Discovery 1.0, RFC 8414), as far as a login needs it.
#pragma once

#include "sync/server/oidc/profile.h"

#include <string>
#include <string_view>

namespace sparekey::sync {

struct ProviderMetadata {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string userinfo_endpoint;  // empty if it has none
    std::string keys_url;
    Algorithms algorithms;  // both the provider's and ours
    ClientAuthentication authentication = ClientAuthentication::basic;
    bool names_issuer_in_answers = false;  // RFC 9207
};

/// `has_secret`: the client can authenticate itself. ErrorCode::offline for what is not this
/// provider's metadata (O-10), lacks what we cannot do without (S256 among it, O-22) or points
/// where a provider may not point (O-30).
core::Result<ProviderMetadata> parse_metadata(std::string_view text, const Profile& profile,
                                              bool has_secret);

}  // namespace sparekey::sync
