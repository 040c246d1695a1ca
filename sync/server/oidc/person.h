// What a provider tells about a person: for show and for the sign-up policy, never for identity
// (O-18, O-19).
#pragma once

#include "sync/protocol/json.h"
#include "sync/server/oidc/providers.h"

namespace sparekey::sync {

inline constexpr std::size_t kLongestDisplay = 128;  // characters

/// `text` without what a page or a terminal could choke on, at most kLongestDisplay characters.
std::string display_text(std::string_view text);

/// Fills what `login` does not have yet from standard claims (OpenID Connect Core section 5.1).
void describe(ProviderLogin& login, const Json& claims);

}  // namespace sparekey::sync
