// How often somebody may ask: token buckets by address, and for pushes by account, and exponential
// backoff after failed attempts, by address and by a key that the handler names (a device, an
// account).
//
// It stands in front of every route (H-05, H-06). Memory is bounded: the tables forget whoever did
// not come for longest. Safe for many threads. Time is asked of the clock that is passed in; one
// that goes back is taken as standing still.
#pragma once

#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "sync/server/http/lru_table.h"
#include "sync/server/http/router.h"

#include <mutex>

namespace sparekey::sync {

struct Backoff {
    std::uint32_t free_failures = 5;      // failures that cost nothing yet
    std::uint64_t first_ms = 1'000;       // after one more; doubled by each further one
    std::uint64_t longest_ms = 900'000;   // and never longer than this
    std::uint64_t forget_ms = 3'600'000;  // without a failure: all are forgotten
};

struct LimiterSettings {
    double requests_a_second = 50;  // by address in the long run; 0: no bound
    double burst = 400;             // at once
    double cheap_cost = 0.1;        // of Rate::cheap; any other request costs 1
    double pushes_a_day = 20'000;   // by account, at whatever pace; 0: no bound
    Backoff by_address;
    /// Shorter, since whoever guesses at an account also locks out its owner.
    Backoff by_key{5, 1'000, 60'000, 3'600'000};
    std::size_t most_addresses = 100'000;
    std::size_t most_keys = 50'000;
    std::size_t most_proofs = 20'000;
    std::uint64_t proof_ms = 86'400'000;  // how long prove() is remembered
};

class Limiter {
  public:
    Limiter(LimiterSettings settings, const core::Clock& clock, core::Random& random);

    /// Whole seconds to wait before this request may be made, 0 if it may be made now (and counts).
    /// With a proof that was found good, failures of others at the same address do not matter.
    unsigned admit(std::string_view address, Rate rate, std::string_view proof = {});
    /// For Rate::deferred: whole seconds before `address` may make another attempt; 0: now.
    unsigned wait_at(std::string_view address, std::string_view proof = {}) const;
    /// Names a credential that a handler has just found good, such as "page:…". It is looked for
    /// here and not in the store, so whoever guesses while they have to wait makes no work and
    /// learns nothing.
    void prove(std::string_view proof);
    /// It was refused after all.
    void disprove(std::string_view proof);
    /// The same for a push to an account, of which every member may make some a day (H-07).
    unsigned admit_push(std::string_view account);
    /// Whole seconds before `key` (as in Response::attempt_key) may try again; 0: now.
    unsigned wait_for(std::string_view key) const;
    /// A failed attempt, from an address and, unless it is empty, by a key.
    void failed(std::string_view address, std::string_view key);
    /// The right key was shown: its failures are forgotten, those of the address are not, since an
    /// attacker has a right key of their own.
    void succeeded(std::string_view key);

  private:
    struct Failures {
        std::uint32_t count = 0;
        std::uint64_t last_ms = 0;
    };
    struct Bucket {
        double tokens = -1;  // below 0: new, and full
        std::uint64_t filled_ms = 0;
    };
    struct Visitor {
        Bucket bucket;
        Failures failures;
    };
    TableKey key_of(std::string_view text) const;
    TableKey address_key(std::string_view address) const;
    /// Tokens that come by the second, up to `burst`.
    struct Pace {
        double a_second;
        double burst;
    };
    static unsigned take_token(Bucket& bucket, const Pace& pace, std::uint64_t now, double cost);
    static std::uint64_t wait_ms(const Failures& failures, const Backoff& rule, std::uint64_t now);
    bool is_proven(std::string_view proof, std::uint64_t now) const;
    static void add_failure(Failures& failures, const Backoff& rule, std::uint64_t now);

    LimiterSettings settings_;
    const core::Clock& clock_;
    std::array<std::uint8_t, 16> secret_;  // so that nobody chooses who shares a slot with whom
    mutable std::mutex mutex_;
    LruTable<Visitor> visitors_;
    LruTable<Failures> keys_;
    LruTable<Bucket> pushes_;
    LruTable<std::uint64_t> proofs_;  // when each was proved, in ms
};

}  // namespace sparekey::sync
