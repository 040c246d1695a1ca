#include "sync/server/http/limiter.h"

#include "core/base/mutant.h"
#include "core/crypto/hash.h"
#include "sync/server/http/address.h"

#include <algorithm>
#include <cmath>

namespace sparekey::sync {
namespace {

unsigned whole_seconds(std::uint64_t ms) {
    return static_cast<unsigned>((ms + 999) / 1000);
}

std::uint64_t passed(std::uint64_t since, std::uint64_t now) {
    return now > since ? now - since : 0;
}

}  // namespace

Limiter::Limiter(LimiterSettings settings, const core::Clock& clock, core::Random& random)
    : settings_(settings),
      clock_(clock),
      secret_(random.bytes<16>()),
      visitors_(settings.most_addresses),
      keys_(settings.most_keys),
      pushes_(settings.most_keys),
      proofs_(settings.most_proofs) {}

TableKey Limiter::key_of(std::string_view text) const {
    const core::Hash hash = core::sha256({secret_, core::bytes_of(text)});
    TableKey key;
    std::copy_n(hash.begin(), key.size(), key.begin());
    return key;
}

TableKey Limiter::address_key(std::string_view address) const {
    const auto parsed = Address::parse(address);
    if (!parsed) return key_of(address);
    const Address counted = SPAREKEY_LEFT_OUT("limiter-group") ? *parsed : parsed->group();
    return key_of(core::text_of(counted.bytes));
}

unsigned Limiter::take_token(Bucket& bucket, const Pace& pace, std::uint64_t now, double cost) {
    if (bucket.tokens < 0) bucket.tokens = pace.burst;
    const double came = static_cast<double>(passed(bucket.filled_ms, now)) / 1000.0 * pace.a_second;
    bucket.tokens = std::min(bucket.tokens + came, pace.burst);
    bucket.filled_ms = std::max(bucket.filled_ms, now);
    if (bucket.tokens >= cost) {
        bucket.tokens -= cost;
        return 0;
    }
    const double seconds = (cost - bucket.tokens) / pace.a_second;
    return std::max(1U, static_cast<unsigned>(std::ceil(seconds)));
}

std::uint64_t Limiter::wait_ms(const Failures& failures, const Backoff& rule, std::uint64_t now) {
    if (failures.count <= rule.free_failures) return 0;
    const std::uint32_t doublings = std::min(failures.count - rule.free_failures - 1, 32U);
    const std::uint64_t pause = std::min(rule.first_ms << doublings, rule.longest_ms);
    const std::uint64_t since = passed(failures.last_ms, now);
    return since >= pause ? 0 : pause - since;
}

void Limiter::add_failure(Failures& failures, const Backoff& rule, std::uint64_t now) {
    if (passed(failures.last_ms, now) >= rule.forget_ms) failures.count = 0;
    ++failures.count;
    failures.last_ms = std::max(failures.last_ms, now);
}

/// With the mutex held.
bool Limiter::is_proven(std::string_view proof, std::uint64_t now) const {
    if (proof.empty()) return false;
    const std::uint64_t* const proved = proofs_.peek(key_of(proof));
    return proved != nullptr && passed(*proved, now) < settings_.proof_ms;
}

void Limiter::prove(std::string_view proof) {
    const TableKey place = key_of(proof);
    const std::uint64_t now = clock_.now_ms();
    const std::lock_guard lock(mutex_);
    proofs_.use(place) = now;
}

void Limiter::disprove(std::string_view proof) {
    const TableKey place = key_of(proof);
    const std::lock_guard lock(mutex_);
    proofs_.erase(place);
}

unsigned Limiter::wait_at(std::string_view address, std::string_view proof) const {
    const TableKey key = address_key(address);
    const std::uint64_t now = clock_.now_ms();
    const std::lock_guard lock(mutex_);
    const Visitor* const visitor = visitors_.peek(key);
    if (visitor == nullptr || is_proven(proof, now)) return 0;
    return whole_seconds(wait_ms(visitor->failures, settings_.by_address, now));
}

unsigned Limiter::admit(std::string_view address, Rate rate, std::string_view proof) {
    if (settings_.requests_a_second <= 0 && rate != Rate::attempt) return 0;
    const TableKey key = address_key(address);
    const std::uint64_t now = clock_.now_ms();
    const std::lock_guard lock(mutex_);
    Visitor& visitor = visitors_.use(key);
    if (rate == Rate::attempt && !SPAREKEY_LEFT_OUT("limiter-backoff")) {
        const std::uint64_t pause = wait_ms(visitor.failures, settings_.by_address, now);
        if (pause > 0 && !is_proven(proof, now)) return whole_seconds(pause);
    }
    if (settings_.requests_a_second <= 0 || SPAREKEY_LEFT_OUT("limiter-bucket")) return 0;
    const Pace pace{settings_.requests_a_second, settings_.burst};
    return take_token(visitor.bucket, pace, now, rate == Rate::cheap ? settings_.cheap_cost : 1.0);
}

unsigned Limiter::admit_push(std::string_view account) {
    if (settings_.pushes_a_day <= 0 || SPAREKEY_LEFT_OUT("limiter-pushes")) return 0;
    constexpr double kDay = 24 * 60 * 60;
    const TableKey key = key_of(account);
    const std::uint64_t now = clock_.now_ms();
    const std::lock_guard lock(mutex_);
    const Pace pace{settings_.pushes_a_day / kDay, settings_.pushes_a_day};
    return take_token(pushes_.use(key), pace, now, 1.0);
}

unsigned Limiter::wait_for(std::string_view key) const {
    const TableKey place = key_of(key);
    const std::uint64_t now = clock_.now_ms();
    const std::lock_guard lock(mutex_);
    const Failures* failures = keys_.peek(place);
    if (failures == nullptr || SPAREKEY_LEFT_OUT("limiter-key")) return 0;
    return whole_seconds(wait_ms(*failures, settings_.by_key, now));
}

void Limiter::failed(std::string_view address, std::string_view key) {
    const TableKey from = address_key(address);
    const std::uint64_t now = clock_.now_ms();
    const TableKey by = key.empty() ? TableKey{} : key_of(key);
    const std::lock_guard lock(mutex_);
    add_failure(visitors_.use(from).failures, settings_.by_address, now);
    if (!key.empty()) add_failure(keys_.use(by), settings_.by_key, now);
}

void Limiter::succeeded(std::string_view key) {
    const TableKey place = key_of(key);
    const std::lock_guard lock(mutex_);
    keys_.erase(place);
}

}  // namespace sparekey::sync
