#include "cli/formats/onepassword_values.h"

#include "cli/formats/json_document.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace sparekey::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t kLatest = 253'402'300'799;  // the end of the year 9999, in seconds

std::string two_digits(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

bool is_blank_onepassword(const json::value& value) {
    return value.is_null() || (value.is_string() && value.get_string().empty()) ||
           (value.is_array() && value.get_array().empty()) ||
           (value.is_object() && value.get_object().empty());
}

std::optional<std::uint64_t> onepassword_time(const json::value& value) {
    const std::int64_t* const seconds = value.if_int64();
    if (seconds == nullptr || *seconds > kLatest) return std::nullopt;
    return *seconds > 0 ? static_cast<std::uint64_t>(*seconds) * 1000 : 0;
}

core::ItemType onepassword_type(std::string_view category) {
    using core::ItemType;
    struct Category {
        std::string_view id;
        ItemType type;
    };
    constexpr std::array kCategories = {
        Category{"001", ItemType::login},      // login
        Category{"002", ItemType::card},       // credit card
        Category{"003", ItemType::note},       // secure note
        Category{"004", ItemType::identity},   // identity
        Category{"005", ItemType::login},      // password
        Category{"006", ItemType::note},       // document
        Category{"100", ItemType::note},       // software licence
        Category{"101", ItemType::note},       // bank account
        Category{"102", ItemType::login},      // database
        Category{"103", ItemType::identity},   // driving licence
        Category{"104", ItemType::note},       // outdoor licence
        Category{"105", ItemType::note},       // membership
        Category{"106", ItemType::identity},   // passport
        Category{"107", ItemType::note},       // rewards
        Category{"108", ItemType::identity},   // social security number
        Category{"109", ItemType::login},      // wireless router
        Category{"110", ItemType::login},      // server
        Category{"111", ItemType::login},      // e-mail account
        Category{"112", ItemType::api_token},  // API credential
        Category{"113", ItemType::note},       // medical record
        Category{"114", ItemType::ssh_key},    // SSH key
    };
    const auto found = std::find_if(kCategories.begin(), kCategories.end(),
                                    [&](const Category& one) { return one.id == category; });
    return found == kCategories.end() ? ItemType::note : found->type;
}

std::string onepassword_month(const json::value& value) {
    if (!value.is_int64() || value.get_int64() < 100 || value.get_int64() > 999'912) {
        return text_of_value(value);
    }
    return std::to_string(value.get_int64() / 100) + "-" + two_digits(value.get_int64() % 100);
}

std::string onepassword_date(const json::value& value) {
    const std::int64_t* const number = value.if_int64();
    if (number == nullptr || *number < -kLatest || *number > kLatest) return text_of_value(value);
    const std::chrono::sys_seconds time{std::chrono::seconds(*number)};
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
    return std::to_string(static_cast<int>(day.year())) + "-" +
           two_digits(static_cast<unsigned>(day.month())) + "-" +
           two_digits(static_cast<unsigned>(day.day()));
}

std::string onepassword_address(const json::object& address) {
    std::string text;
    for (const std::string_view part : {"street", "zip", "city", "state", "country"}) {
        const std::string_view value = text_member(address, part);
        if (value.empty()) continue;
        const bool after_zip = part == "city" && !text_member(address, "zip").empty();
        text += text.empty() ? "" : after_zip ? " " : ", ";
        text += value;
    }
    return text;
}

}  // namespace sparekey::cli
