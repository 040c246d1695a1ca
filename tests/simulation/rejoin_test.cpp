// A device that a server from a backup does not know: it joins again in its place, and what it has
// is everybody's again.
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace sparekey::tests {
namespace {

/// The pair is known to the backup; two more joined since, the fourth one last.
struct Joined : Pair {
    Joined()
        : third(keys, "C", &time_ms, server, random), fourth(keys, "D", &time_ms, server, random) {
        REQUIRE(*second.sync());
    }
    void let_in(SimulatedDevice& device) {
        time_ms += 1000;
        device.join();
        REQUIRE(*device.sync());
        REQUIRE(*device.sync());
    }
    bool lists(const SimulatedDevice& device) const {
        return server.chain().roster.find(device.id()) != nullptr;
    }
    /// As `login` does it.
    core::Result<sync::SyncReport> come_back(SimulatedDevice& device) {
        time_ms += 1000;
        device.join_again();
        return *device.reseed();
    }
    void expect_user(SimulatedDevice& device, std::size_t item, const std::string& name) {
        const auto found = device.vault().item(items[item]);
        REQUIRE(found);
        CHECK(found->username == name);
    }
    void expect_equal(SimulatedDevice& device) {
        CHECK(device.records().disk.differences.empty());
        CHECK(device.records().disk.records.size() == server.record_count());
    }

    SimulatedDevice third, fourth;
};

core::Result<sync::SyncReport> remove_from(SimulatedDevice& by, const SimulatedDevice& device) {
    core::RosterWish wish;
    wish.remove = device.id();
    return *by.sync({}, wish);
}

}  // namespace

TEST_CASE("a device that joined after the backup joins again with all that it has, unsent too",
          "[simulation][reseed][rejoin]") {
    Joined there;
    const SimulatedServer backup = there.server;
    there.let_in(there.third);
    there.change(there.third, there.items[1], "sent");
    REQUIRE(*there.third.sync());
    there.server = backup;
    there.change(there.third, there.items[2], "unsent");
    there.change(there.first, there.items[1], "meanwhile");
    REQUIRE(*there.first.sync());

    const auto report = there.come_back(there.third);
    REQUIRE(report);
    CHECK(there.lists(there.third));
    for (SimulatedDevice* const device : {&there.first, &there.second, &there.third}) {
        REQUIRE(*device->sync());
        there.expect_user(*device, 2, "unsent");
        const auto conflicts = device->vault().conflicts(there.items[1]);
        REQUIRE(conflicts);
        CHECK(conflicts->size() == 1);  // of both values: none is lost
        there.expect_equal(*device);
    }
}

TEST_CASE("who joined before the device that joins again is in with it, and who was removed is not",
          "[simulation][reseed][rejoin]") {
    Joined there;
    const SimulatedServer backup = there.server;
    there.let_in(there.third);
    there.let_in(there.fourth);
    there.change(there.fourth, there.items[1], "by the fourth");
    REQUIRE(*there.fourth.sync());
    REQUIRE(*there.third.sync());
    REQUIRE(remove_from(there.third, there.second));
    REQUIRE(*there.fourth.sync());
    there.server = backup;
    REQUIRE(there.come_back(there.third));
    CHECK(there.lists(there.third));
    CHECK(there.lists(there.fourth));
    CHECK_FALSE(there.lists(there.second));
    REQUIRE(*there.fourth.reseed());
    REQUIRE(*there.first.sync());
    for (SimulatedDevice* const device : {&there.first, &there.third, &there.fourth}) {
        REQUIRE(*device->sync());
        there.expect_user(*device, 1, "by the fourth");
        there.expect_equal(*device);
    }
}

TEST_CASE("a device that does not know the backup's members joins them, and others come after it",
          "[simulation][reseed][rejoin]") {
    Joined there;
    const SimulatedServer backup = there.server;
    there.let_in(there.third);
    there.let_in(there.fourth);
    there.change(there.third, there.items[1], "by the third");
    REQUIRE(*there.third.sync());
    there.server = backup;
    // Its history began with a roster that is gone.
    const auto report = there.come_back(there.fourth);
    REQUIRE(report);
    CHECK(there.lists(there.fourth));
    CHECK_FALSE(there.lists(there.third));
    const bool is_told = std::ranges::any_of(report->news, [](const std::string& news) {
        return news.find("sparekey login") != std::string::npos;
    });
    CHECK(is_told);
    REQUIRE(there.come_back(there.third));
    for (SimulatedDevice* const device : {&there.first, &there.third, &there.fourth}) {
        REQUIRE(*device->sync());
        there.expect_user(*device, 1, "by the third");
        there.expect_equal(*device);
    }
}

TEST_CASE(
    "nobody joins again beside a device that was removed since, if it is not known to be older",
    "[simulation][reseed][rejoin][mutant:rejoin-removed]") {
    Joined there;
    const SimulatedServer backup = there.server;
    there.let_in(there.third);
    there.let_in(there.fourth);
    REQUIRE(remove_from(there.fourth, there.second));
    there.server = backup;
    const auto refused = there.come_back(there.fourth);
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    CHECK(refused.error().message.find("nobody but you can say") != std::string::npos);
    // With whoever knows both it goes on.
    there.change(there.fourth, there.items[1], "unsent");
    REQUIRE(there.come_back(there.third));
    REQUIRE(remove_from(there.third, there.second));
    REQUIRE(*there.fourth.reseed());
    REQUIRE(*there.third.sync());
    there.expect_user(there.third, 1, "unsent");
}

}  // namespace sparekey::tests
