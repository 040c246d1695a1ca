#include "core/health/health.h"

#include "core/crypto/hash.h"
#include "core/text/number.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace sparekey::core {
namespace {

constexpr std::array<std::string_view, kProblemCount> kNames = {
    "reused", "weak", "old", "breached", "no_second_factor", "expiring"};
/// How people and other programs call the field, in lower case.
constexpr std::array<std::string_view, 5> kExpiryFields = {"expires", "expiry", "expiration",
                                                           "expiry date", "expires on"};
constexpr std::uint64_t kDay = std::uint64_t{24} * 60 * 60 * 1000;  // ms

struct Month {
    unsigned year = 0;
    unsigned month = 0;  // 1…12

    Month next() const { return month == 12 ? Month{year + 1, 1} : Month{year, month + 1}; }
    bool is_sensible() const { return year >= 1970 && year <= 9999 && month >= 1 && month <= 12; }
};

/// Days from 1970-01-01 to the first of the month, by the Gregorian calendar.
std::uint64_t days_before(const Month& at) {
    constexpr std::array<unsigned, 12> kBefore = {0,   31,  59,  90,  120, 151,
                                                  181, 212, 243, 273, 304, 334};
    const bool leap = at.year % 4 == 0 && (at.year % 100 != 0 || at.year % 400 == 0);
    const unsigned past = at.year - 1;
    const unsigned leap_days = past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 4);
    return std::uint64_t{at.year - 1970} * 365 + leap_days + kBefore[at.month - 1] +
           (leap && at.month > 2 ? 1 : 0);
}

std::optional<Month> month_of(std::string_view year, std::string_view month) {
    const auto years = whole_number<unsigned>(year);
    const auto months = whole_number<unsigned>(month);
    if (!years || !months) return std::nullopt;
    const Month found{year.size() == 2 ? 2000 + *years : *years, *months};
    return found.is_sensible() ? std::optional(found) : std::nullopt;
}

bool is_expiring(const Item& item, std::uint64_t now_ms) {
    return std::any_of(item.fields.begin(), item.fields.end(), [&](const CustomField& field) {
        const std::string name = fold(field.name);
        if (std::find(kExpiryFields.begin(), kExpiryFields.end(), name) == kExpiryFields.end()) {
            return false;
        }
        const auto until = parse_expiry(field.value.expose());
        return until && *until <= now_ms + kExpiryWarning;
    });
}

bool lacks_second_factor(const Item& item) {
    if (item.type != ItemType::login && item.type != ItemType::idp_account) return false;
    if (item.password.empty() || !item.totp.empty()) return false;
    return std::none_of(item.fields.begin(), item.fields.end(),
                        [](const CustomField& field) { return field.name == "second_factor"; });
}

}  // namespace

std::string_view problem_name(Problem problem) {
    return kNames[static_cast<std::size_t>(problem)];
}

std::optional<std::uint64_t> parse_expiry(std::string_view text) {
    text = text.substr(0, text.find_first_of("T "));
    const bool has_day = text.size() == 10 && text[4] == '-' && text[7] == '-';
    if (has_day) {
        const auto month = month_of(text.substr(0, 4), text.substr(5, 2));
        const auto day = whole_number<unsigned>(text.substr(8));
        if (!month || !day || *day < 1) return std::nullopt;
        const std::uint64_t end = days_before(*month) + *day;
        return end <= days_before(month->next()) ? std::optional(end * kDay) : std::nullopt;
    }
    std::optional<Month> month;
    if (text.size() == 7 && text[4] == '-') month = month_of(text.substr(0, 4), text.substr(5));
    const bool slash = (text.size() == 7 || text.size() == 5) && text[2] == '/';
    if (slash) month = month_of(text.substr(3), text.substr(0, 2));
    if (!month) return std::nullopt;
    return days_before(month->next()) * kDay;
}

Problems item_problems(const Item& item, std::uint64_t password_set_ms, std::uint64_t now_ms) {
    Problems found;
    if (!item.password.empty() && password_set_ms + kPasswordAges <= now_ms) {
        found.add(Problem::old);
    }
    if (lacks_second_factor(item)) found.add(Problem::no_second_factor);
    if (is_expiring(item, now_ms)) found.add(Problem::expiring);
    return found;
}

std::size_t ReuseIndex::note(ByteView password) {
    const Hash hash = hmac_sha256(key_.expose(), {password});
    const auto [at, is_new] = numbers_.try_emplace(hash, counts_.size());
    if (is_new) counts_.push_back(0);
    ++counts_[at->second];
    return at->second;
}

}  // namespace sparekey::core
