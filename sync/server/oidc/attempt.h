// One attempt to log in: the random values that bind its two halves, and the checks on what the
// browser brings back, the same for every kind of provider.
#pragma once

#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "sync/server/oidc/profile.h"
#include "sync/server/oidc/providers.h"

#include <functional>

namespace sparekey::sync {

inline constexpr std::uint64_t kAttemptLifetime = 600'000;  // ms

using CallbackParameters = std::map<std::string, std::string>;

/// State, nonce and verifier of 256 bits each.
ProviderAttempt new_attempt(std::string_view provider, core::Random& random,
                            const core::Clock& clock);

/// Where to send the browser: code flow, with PKCE (S256) always.
std::string authorization_url(const std::string& endpoint, const Profile& profile,
                              const std::string& client_id, const std::string& redirect_uri,
                              const ProviderAttempt& attempt);

/// What the `iss` of an answer (RFC 9207) has to be.
struct AnswerIssuer {
    bool wanted = false;  // it has to be there
    std::function<bool(const std::string&)> accepts;
};

/// The code. ErrorCode::refused: the answer is not this attempt's, or says no; ErrorCode::offline:
/// the provider says that it is not well.
core::Result<std::string> code_of_answer(const ProviderAttempt& attempt,
                                         const CallbackParameters& parameters,
                                         const AnswerIssuer& issuer, std::uint64_t now_ms);

}  // namespace sparekey::sync
