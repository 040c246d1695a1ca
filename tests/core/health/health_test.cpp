#include "core/health/health.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>

namespace sparekey::core {
namespace {

constexpr std::uint64_t kDay = std::uint64_t{24} * 60 * 60 * 1000;
constexpr std::uint64_t kNow = std::uint64_t{20000} * kDay;  // 2024-10-04

Item login() {
    Item item;
    item.password = SecretText::copy_of("p");
    return item;
}

void add_field(Item& item, const std::string& name, const std::string& value) {
    item.fields.push_back({name, SecretText::copy_of(value), false});
}

}  // namespace

TEST_CASE("what expires is good until the end of the day or month", "[core][health]") {
    CHECK(parse_expiry("1970-01-01") == kDay);
    CHECK(parse_expiry("2024-10-03") == kNow);
    CHECK(parse_expiry("2024-10-03T23:00:00Z") == kNow);
    CHECK(parse_expiry("2024-10-03 23:00") == kNow);
    CHECK(parse_expiry("2024-02-29") == parse_expiry("2024-02"));
    CHECK(parse_expiry("02/2024") == parse_expiry("2024-02"));
    CHECK(parse_expiry("02/24") == parse_expiry("2024-02"));
    CHECK(parse_expiry("2023-12") == parse_expiry("2023-12-31"));
    for (const char* text :
         {"", "soon", "2023-02-29", "2024-13-01", "2024-00-10", "2024-10-00", "2024-10-32", "13/24",
          "00/24", "1969-12-31", "2024/10/03", "2/2024", "2024-1-1", "-024-10-10", "+0/24"}) {
        CHECK_FALSE(parse_expiry(text));
    }
}

TEST_CASE("every day from 1970 to 2100 is counted as the calendar has it", "[core][health]") {
    using namespace std::chrono;
    for (sys_days day = 1970y / 1 / 1; day < sys_days(2100y / 12 / 31); day += days{1}) {
        const year_month_day date(day);
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()),
                      unsigned(date.day()));
        const auto count = static_cast<std::uint64_t>(day.time_since_epoch().count());
        REQUIRE(parse_expiry(text) == (count + 1) * kDay);
    }
}

TEST_CASE("what expires within thirty days is expiring, by any of its names", "[core][health]") {
    const auto is_expiring = [](const std::string& name, const std::string& value) {
        Item item;
        item.type = ItemType::api_token;
        add_field(item, name, value);
        return item_problems(item, kNow, kNow).has(Problem::expiring);
    };
    CHECK(is_expiring("expires", "2020-01-01"));
    CHECK(is_expiring("Expiry Date", "10/24"));
    CHECK(is_expiring("expires", "2024-11-02"));
    CHECK_FALSE(is_expiring("expires", "2024-11-03"));
    CHECK_FALSE(is_expiring("expires", "never"));
    CHECK_FALSE(is_expiring("born", "2020-01-01"));
}

TEST_CASE("a password is old after three years, and only if there is one", "[core][health]") {
    const Item item = login();
    CHECK(item_problems(item, kNow - kPasswordAges, kNow).has(Problem::old));
    CHECK_FALSE(item_problems(item, kNow - kPasswordAges + 1, kNow).has(Problem::old));
    CHECK_FALSE(item_problems(item, kNow + kDay, kNow).has(Problem::old));
    CHECK_FALSE(item_problems(Item{}, 0, kNow).has(Problem::old));
}

TEST_CASE("a login with a password wants a second factor, wherever that is", "[core][health]") {
    const auto lacks = [](const Item& item) {
        return item_problems(item, kNow, kNow).has(Problem::no_second_factor);
    };
    Item item = login();
    CHECK(lacks(item));
    item.type = ItemType::idp_account;
    CHECK(lacks(item));
    item.totp = SecretText::copy_of("JBSWY3DPEHPK3PXP");
    CHECK_FALSE(lacks(item));
    Item elsewhere = login();
    add_field(elsewhere, "second_factor", "device:pixel");
    CHECK_FALSE(lacks(elsewhere));
    Item token = login();
    token.type = ItemType::api_token;
    CHECK_FALSE(lacks(token));
    CHECK_FALSE(lacks(Item{}));
}

TEST_CASE("the same passwords have the same number, others have another", "[core][health]") {
    tests::SeededRandom random;
    ReuseIndex index(random);
    CHECK(index.note(bytes_of("one")) == 0);
    CHECK(index.note(bytes_of("two")) == 1);
    CHECK(index.note(bytes_of("one")) == 0);
    CHECK(index.note(bytes_of("One")) == 2);
    CHECK(index.count(0) == 2);
    CHECK(index.count(1) == 1);
    CHECK(index.distinct() == 3);
}

TEST_CASE("a set of problems is its bits", "[core][health]") {
    Problems problems;
    CHECK_FALSE(problems.any());
    problems.add(Problem::weak);
    problems.add(Problem::expiring);
    CHECK(problems.bits() == 0b100010);
    CHECK(Problems(problems.bits()).has(Problem::weak));
    CHECK_FALSE(problems.has(Problem::reused));
    CHECK(problem_name(Problem::no_second_factor) == "no_second_factor");
}

}  // namespace sparekey::core
