// Something fetched from a provider, kept for an hour, and for a day when the provider is away.
//
// One thread fetches; the others wait for it, or take the old one while there is one (single
// flight). After a failure nobody asks again for ten seconds. That something unknown turned up (a
// key after a rotation) is a reason to ask early, but at most every five minutes (O-31, O-32).
#pragma once

#include "core/base/mutant.h"
#include "core/base/result.h"
#include "core/ports/clock.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace sparekey::sync {

inline constexpr std::uint64_t kDocumentFresh = 3'600'000;    // ms
inline constexpr std::uint64_t kDocumentUsable = 86'400'000;  // ms
inline constexpr std::uint64_t kFailurePause = 10'000;        // ms
inline constexpr std::uint64_t kEarlyPause = 300'000;         // ms

template <class T>
class CachedDocument {
  public:
    using Shared = std::shared_ptr<const T>;
    using Fetch = std::function<core::Result<T>()>;

    explicit CachedDocument(const core::Clock& clock) : clock_(clock) {}

    /// What there is if it is fresh; else what `fetch` brings, or the old one for a day.
    core::Result<Shared> get(const Fetch& fetch) {
        if (Shared fresh = kept_within(kDocumentFresh)) return fresh;
        const Shared old = kept_within(kDocumentUsable);
        std::unique_lock flight(flight_, std::defer_lock);
        if (old == nullptr || SPAREKEY_LEFT_OUT("document-flight")) flight.lock();
        if (!flight.owns_lock() && !flight.try_lock()) return old;
        if (Shared fresh = kept_within(kDocumentFresh)) return fresh;  // by who was first
        return fetch_or(old, fetch);
    }

    /// Asks anew, unless that was done within the pause; else what there is.
    core::Result<Shared> get_newer(const Fetch& fetch) {
        const std::lock_guard flight(flight_);
        const Shared old = kept_within(kDocumentUsable);
        const std::uint64_t now = clock_.now_ms();
        const bool paused = early_ms_ && now - *early_ms_ < kEarlyPause;
        if (!SPAREKEY_LEFT_OUT("document-pause") && paused && old != nullptr) return old;
        early_ms_ = now;
        return fetch_or(old, fetch);
    }

  private:
    // A clock that was set back makes ages huge: then everything is fetched anew.
    Shared kept_within(std::uint64_t oldest_ms) {
        const std::lock_guard lock(kept_mutex_);
        const bool usable = SPAREKEY_LEFT_OUT("document-age") && oldest_ms == kDocumentUsable;
        if (kept_ == nullptr || usable) return kept_;
        return clock_.now_ms() - kept_ms_ < oldest_ms ? kept_ : nullptr;
    }

    /// The caller holds flight_.
    core::Result<Shared> fetch_or(const Shared& old, const Fetch& fetch) {
        const std::uint64_t now = clock_.now_ms();
        if (failure_ && now - failed_ms_ < kFailurePause) {
            if (old != nullptr) return old;
            return core::unexpected(*failure_);
        }
        core::Result<T> fetched = fetch();
        if (!fetched) {
            failure_ = fetched.error();
            failed_ms_ = clock_.now_ms();
            if (old != nullptr) return old;
            return core::unexpected(*failure_);
        }
        failure_.reset();
        const std::lock_guard lock(kept_mutex_);
        kept_ = std::make_shared<const T>(std::move(fetched).value());
        kept_ms_ = now;
        return kept_;
    }

    const core::Clock& clock_;
    std::mutex flight_;  // held while somebody fetches; guards the three below
    std::optional<core::Error> failure_;
    std::uint64_t failed_ms_ = 0;
    std::optional<std::uint64_t> early_ms_;
    std::mutex kept_mutex_;
    Shared kept_;
    std::uint64_t kept_ms_ = 0;
};

}  // namespace sparekey::sync
