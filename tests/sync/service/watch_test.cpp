// `sync --watch`: what is changed on one device is soon on the other, and neither is asked to sync.
#include "tests/sync/service/landscape.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <thread>

namespace sparekey::tests {
namespace {

/// Longer than it takes by far, shorter than the time after which a watching sync looks by itself.
constexpr std::chrono::seconds kPatience{120};

bool comes_to(const Home& home, const std::string& title) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < deadline) {
        if (home.run_bare({"get", title, "username"}).out == "there\n") return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return false;
}

}  // namespace

TEST_CASE("a watching sync sends what is changed here, and fetches what is changed elsewhere",
          "[sync][service][login][watch]") {
    const Landscape there;
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    for (const Home* const home : {&member.home, &phone}) {
        REQUIRE(home->run({"unlock"}).status == 0);
    }
    {
        RunningCommand here(member.home, {"sync", "--watch"});
        RunningCommand elsewhere(phone, {"sync", "--watch"});
        REQUIRE(here.line());
        REQUIRE(elsewhere.line());
        REQUIRE(member.home.run_bare({"add", "Bank", "--username", "there"}).status == 0);
        CHECK(comes_to(phone, "Bank"));
        REQUIRE(phone.run_bare({"add", "Post", "--username", "there"}).status == 0);
        CHECK(comes_to(member.home, "Post"));
    }
    for (const Home* const home : {&member.home, &phone}) {
        CHECK(home->run_bare({"agent", "--stop"}).status == 0);
    }
}

}  // namespace sparekey::tests
