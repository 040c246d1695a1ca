// What the handlers work with: the store, the providers, time and chance, and what the
// configuration says.
#pragma once

#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "sync/server/accounts/sign_up.h"
#include "sync/server/http/limiter.h"
#include "sync/server/oidc/providers.h"
#include "sync/server/store/store.h"

#include <functional>

namespace sparekey::sync {

struct ServerSettings {
    std::string origin;  // public_url without a slash at its end
    SignUpPolicy sign_up;
    Quota quota{1'000'000, std::uint64_t{10} << 30, 100};
    std::uint64_t device_code_ms = 600'000;

    bool https() const { return origin.starts_with("https://"); }
};

struct Services {
    Store& store;
    Providers& providers;
    core::Clock& clock;
    core::Random& random;
    const ServerSettings& settings;
    Limiter& limiter;
    /// Ends the streams of events of an account, whose devices changed. Any thread. Empty: there
    /// are none.
    std::function<void(const AccountId&)> end_streams = {};
};

inline constexpr std::uint64_t kLoginMs = 600'000;  // from the first step to the last
inline constexpr std::uint64_t kCodeMs = 60'000;    // an authorization code
inline constexpr std::uint64_t kEnrolmentMs = 600'000;
inline constexpr std::uint64_t kAccessTokenMs = 600'000;
inline constexpr std::uint64_t kPollMs = 5'000;  // RFC 8628 section 3.5

}  // namespace sparekey::sync
