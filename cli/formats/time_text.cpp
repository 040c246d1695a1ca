#include "cli/formats/time_text.h"

#include "core/model/stamp.h"
#include "core/text/number.h"

#include <algorithm>
#include <cstdio>

namespace sparekey::cli {
namespace {

constexpr std::int64_t kDayMs = 86400000;

/// Days from 1970-01-01, by the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms").
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
    const unsigned day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

struct Civil {
    std::int64_t year;
    unsigned month, day;
};
Civil civil_from_days(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(days - era * 146097);
    const unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted = (5 * day_of_year + 2) / 153;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month,
            day_of_year - (153 * shifted + 2) / 5 + 1};
}

/// Takes exactly `digits` digits off the front.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    const auto value = core::whole_number<unsigned>(text.substr(0, digits));
    if (value) text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

unsigned days_in_month(unsigned year, unsigned month) {
    if (month == 2) return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, "-")) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, "-")) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day || *month < 1 || *month > 12 || *day < 1 || *day > days_in_month(*year, *month)) {
        return std::nullopt;
    }
    return days_from_civil(*year, *month, *day);
}

/// Milliseconds of the day; seconds and their fraction may be missing.
std::optional<std::int64_t> take_clock(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    std::int64_t ms = (*hour * 60 + *minute) * std::int64_t{60000};
    if (!take(text, ":")) return ms;
    const auto second = take_number(text, 2);
    if (!second || *second > 60) return std::nullopt;
    ms += *second * std::int64_t{1000};
    if (!take(text, ".,")) return ms;
    std::int64_t scale = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        ms += (text.front() - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
    }
    return ms;
}

std::optional<std::int64_t> take_offset(std::string_view& text) {
    if (text.empty() || take(text, "Zz")) return 0;
    const bool negative = text.front() == '-';
    if (!take(text, "+-")) return std::nullopt;
    const auto hour = take_number(text, 2);
    take(text, ":");
    const auto minute = take_number(text, 2);
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    const std::int64_t ms = (*hour * 60 + *minute) * std::int64_t{60000};
    return negative ? -ms : ms;
}

}  // namespace

std::string format_time(std::uint64_t ms) {
    ms = std::min(ms, core::kLatestTimeMs);
    const Civil date = civil_from_days(static_cast<std::int64_t>(ms / kDayMs));
    const auto of_day = static_cast<unsigned>(ms % kDayMs);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02u:%02u:%02u", static_cast<int>(date.year),
                  date.month, date.day, of_day / 3600000, of_day / 60000 % 60, of_day / 1000 % 60);
    std::string formatted(text);
    if (of_day % 1000 != 0) {
        std::snprintf(text, sizeof text, ".%03u", of_day % 1000);
        formatted += text;
    }
    return formatted + "Z";
}

std::optional<std::uint64_t> parse_time(std::string_view text) {
    const auto days = take_date(text);
    if (!days) return std::nullopt;
    std::int64_t ms = *days * kDayMs;
    if (!text.empty()) {
        if (!take(text, "Tt ")) return std::nullopt;
        const auto clock = take_clock(text);
        if (!clock) return std::nullopt;
        const auto offset = take_offset(text);
        if (!offset || !text.empty()) return std::nullopt;
        ms += *clock - *offset;
    }
    if (ms < 0) return 0;
    return std::min(static_cast<std::uint64_t>(ms), core::kLatestTimeMs);
}

}  // namespace sparekey::cli
