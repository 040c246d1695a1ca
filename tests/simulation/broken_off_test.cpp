// A reseed that ended before it gave back the roster that the server had lost, and what others did
// meanwhile.
#include "tests/simulation/backed_up.h"

#include <catch2/generators/catch_generators.hpp>

namespace sparekey::tests {
namespace {

/// The first device knows of a device that the server lost; its reseed ends once the server's
/// history is its own, before it gave the roster back.
struct BrokenOff : BackedUp {
    BrokenOff()
        : lost(keys, "D", &time_ms, server, random), third(keys, "C", &time_ms, server, random) {
        for (const char* const value : {"one", "two"}) {  // of which the first one is not kept
            change(second, items[1], value);
            REQUIRE(*second.sync());
        }
        lost.join();
        REQUIRE(*first.sync());
        restore_server();
        Network& network = first.network();
        network.meanwhile = [&] {
            network.is_cut = first.records().disk.state.count(core::kReseedKey) != 0;
        };
        const auto ended = *first.reseed();
        REQUIRE(!ended);
        CHECK(ended.error().code == core::ErrorCode::offline);
        third.join();
        network.meanwhile = [] {};
        network.is_cut = false;
    }
    bool is_member(const SimulatedDevice& device) const {
        return server.chain().roster.find(device.id()) != nullptr;
    }
    SimulatedDevice lost;
    SimulatedDevice third;
};

}  // namespace

TEST_CASE("a reseed that was broken off goes on, and lets who joined meanwhile stay",
          "[simulation][reseed]") {
    BrokenOff there;
    REQUIRE(*there.first.sync());
    for (const SimulatedDevice* const device : {&there.first, &there.lost, &there.third}) {
        CHECK(there.is_member(*device));
    }
    REQUIRE(*there.third.sync());
    there.expect_user(there.first, 0, "changed");
}

TEST_CASE("a reseed that was broken off does not go on over keys that are new since",
          "[simulation][reseed][mutant:reseed-overtaken]") {
    BrokenOff there;
    REQUIRE(*there.third.sync());
    REQUIRE(rotate(there.third));
    const core::ChainPoint head = there.server.head();
    const auto behind = *there.first.sync();
    REQUIRE(!behind);
    CHECK(behind.error().code == core::ErrorCode::integrity);
    CHECK(behind.error().message.starts_with("another device changed the account's devices"));
    CHECK(there.server.head() == head);
}

// While the keys of the first rotation are waited for, nothing is pushed that could tell.
TEST_CASE("a reseed that was broken off does not end over two rotations without a word",
          "[simulation][reseed][mutant:reseed-overtaken]") {
    BrokenOff there;
    REQUIRE(*there.third.sync());
    REQUIRE(rotate(there.third));
    const core::ChainPoint between = there.server.head();
    REQUIRE(rotate(there.third));
    there.server.commits_a_page = 1;
    Network& network = there.first.network();
    network.meanwhile = [&] {
        network.is_cut = (*there.first.replica().membership())->head == between;
    };
    REQUIRE(!*there.first.sync());
    network.meanwhile = [] {};
    network.is_cut = false;
    for (int times = 0; times < 2; ++times) {
        const auto refused = *there.first.sync();
        REQUIRE(!refused);
        CHECK(refused.error().message.starts_with("another device changed the account's devices"));
    }
}

TEST_CASE("a second reseed does not undo what another device changed since the first, either",
          "[simulation][reseed][mutant:reseed-since]") {
    BrokenOff there;
    REQUIRE(*there.third.sync());
    SECTION("every key") {
        REQUIRE(rotate(there.third));
    }
    SECTION("a device that was removed") {
        REQUIRE(remove(there.third, there.second));
    }
    const core::ChainPoint head = there.server.head();
    there.change(there.first, there.items[2], "unsent");
    REQUIRE(!*there.first.sync());  // by which it hears of it
    for (int times = 0; times < 2; ++times) {
        const auto refused = there.reseed(there.first);
        REQUIRE(!refused);
        CHECK(refused.error().code == core::ErrorCode::integrity);
        CHECK(refused.error().message.find("nobody but you can say") != std::string::npos);
        CHECK(refused.error().hint.find("sparekey export") != std::string::npos);
        CHECK(there.server.head() == head);
    }
    there.expect_user(there.first, 2, "unsent");
}

TEST_CASE("a second reseed lets who joined since the first stay, too", "[simulation][reseed]") {
    BrokenOff there;
    const bool has_heard = GENERATE(false, true);
    if (has_heard) {
        Network& network = there.first.network();
        // Until it has pulled who joined.
        network.meanwhile = [&] {
            network.is_cut = (*there.first.replica().membership())->head == there.server.head();
        };
        REQUIRE(!*there.first.sync());
        network.meanwhile = [] {};
        network.is_cut = false;
    }
    REQUIRE(there.reseed(there.first));
    for (const SimulatedDevice* const device : {&there.first, &there.lost, &there.third}) {
        CHECK(there.is_member(*device));
    }
    REQUIRE(*there.third.sync());
    there.expect_user(there.first, 0, "changed");
}

}  // namespace sparekey::tests
