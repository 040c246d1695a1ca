// A reseed whose roster is not yet on the server, to which another device meanwhile gives back an
// older one that it lost, too.
#include "core/chain/account_slots.h"
#include "core/replica/context.h"
#include "tests/simulation/backed_up.h"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <array>

namespace sparekey::tests {
namespace {

enum class Change { rotates, removes, replaces_slot, replaces_slot_twice };

/// Since the server's backup the third device did two things to the roster. The first device knows
/// both and the second one the earlier; the first one's reseed ended once the server's history was
/// its own, before it gave its roster back.
struct GivenBack : BackedUp {
    GivenBack(Change earlier, Change later, bool second_is_whole)
        : third(keys, "C", &time_ms, server, random),
          lost{SimulatedDevice(keys, "D", &time_ms, server, random),
               SimulatedDevice(keys, "E", &time_ms, server, random)} {
        for (SimulatedDevice* const device : {&third, &lost[0], &lost[1]}) device->join();
        for (SimulatedDevice* const device : {&third, &first, &second}) REQUIRE(*device->sync());
        backup = server;
        if (!second_is_whole) replace_twice();
        act(earlier, lost[0]);
        REQUIRE(*second.sync());
        replace_twice();
        act(later, lost[1]);
        REQUIRE(*first.sync());
        restore_server();
        Network& network = first.network();
        network.meanwhile = [&] {
            network.is_cut = first.records().disk.state.count(core::kReseedKey) != 0;
        };
        REQUIRE(!*first.reseed());
        network.meanwhile = [] {};
        network.is_cut = false;
    }
    /// Of which the first value is kept by nobody but the third device.
    void replace_twice() {
        for (const char* const value : {"one", "two"}) {
            change(third, items[1], value);
            REQUIRE(*third.sync());
        }
    }
    void act(Change deed, const SimulatedDevice& other) {
        if (deed == Change::rotates) {
            REQUIRE(rotate(third));
            ++generation;
        } else if (deed == Change::removes) {
            REQUIRE(remove(third, other));
            removed.push_back(other.id());
        } else {
            third.replace_slot();
            REQUIRE(*third.sync());
            if (deed == Change::replaces_slot) return note_slot();
            between = server.head();
            REQUIRE(*second.sync());  // so that it has the parts of both
            third.replace_slot();
            REQUIRE(*third.sync());
        }
        note_slot();
    }
    void note_slot() { slot = third.slot(); }
    void expect_all_done() {
        CHECK(server.chain().roster.generation == generation);
        for (const core::DeviceId& device : removed) {
            CHECK(server.chain().roster.find(device) == nullptr);
        }
        for (SimulatedDevice* const device : {&first, &second, &third}) {
            CHECK(server.chain().roster.find(device->id()) != nullptr);
            CHECK(device->generation() == generation);
            CHECK(device->slot() == slot);
            CHECK(device->records().disk.differences.empty());
            expect_user(*device, 1, "two");
            expect_user(*device, 2, "unsent");
        }
    }

    SimulatedDevice third;
    std::array<SimulatedDevice, 2> lost;
    std::uint32_t generation = 1;
    core::SlotId slot{};
    core::ChainPoint between;  // the first of two slots
    std::vector<core::DeviceId> removed;
};

}  // namespace

TEST_CASE("a reseed goes on over what another device's reseed gave back before it",
          "[simulation][reseed][rotation][mutant:given-back]") {
    const auto earlier = GENERATE(Change::rotates, Change::removes, Change::replaces_slot);
    const auto later = GENERATE(Change::rotates, Change::removes, Change::replaces_slot);
    // A roster that was made again is known by what it says, if keys that came later replaced it.
    const bool second_is_whole = GENERATE(true, false);
    if (!second_is_whole && later != Change::rotates) return;
    const bool third_gives_back = GENERATE(false, true);
    GivenBack there(earlier, later, second_is_whole);
    there.server.commits_a_page = GENERATE(std::size_t{1}, std::size_t{100});
    there.change(there.first, there.items[2], "unsent");
    REQUIRE(there.reseed(there.second));
    // The newest one is there, too: whoever brought it.
    if (third_gives_back) REQUIRE(there.reseed(there.third));
    REQUIRE(*there.first.sync());
    for (int rounds = 0; rounds < 2; ++rounds) {
        for (SimulatedDevice* const device : {&there.second, &there.third, &there.first}) {
            if (!*device->sync()) REQUIRE(there.reseed(*device));
        }
    }
    there.expect_all_done();
}

TEST_CASE("who joined on what was given back stays, and an old password is not taken for a new one",
          "[simulation][reseed]") {
    GivenBack there(Change::replaces_slot, Change::replaces_slot, true);
    there.server.commits_a_page = GENERATE(std::size_t{1}, std::size_t{100});
    there.change(there.first, there.items[2], "unsent");
    REQUIRE(there.reseed(there.second));
    SimulatedDevice joined(there.keys, "F", &there.time_ms, there.server, there.random);
    joined.take_slots_of(there.second);
    joined.join();
    for (SimulatedDevice* const device : {&there.first, &there.second}) {
        REQUIRE(*device->sync());
        CHECK(device->slot() == there.slot);
        there.expect_user(*device, 2, "unsent");
    }
    CHECK(there.server.chain().roster.find(joined.id()) != nullptr);
}

// Who joined and was removed leaves a roster that says what the one before it said.
TEST_CASE("a device that somebody removed meanwhile is not put back by what it looked like before",
          "[simulation][reseed][mutant:nobody-returns]") {
    BackedUp there;
    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    third.join();
    REQUIRE(*third.sync());
    there.backup = there.server;
    SimulatedDevice joined(there.keys, "D", &there.time_ms, there.server, there.random);
    SimulatedDevice lost(there.keys, "E", &there.time_ms, there.server, there.random);
    joined.join();
    lost.join();
    REQUIRE(*there.first.sync());
    REQUIRE(*there.second.sync());
    const bool before = GENERATE(false, true);
    const bool rotates = GENERATE(false, true);
    if (before) REQUIRE(remove(there.first, lost));
    if (!before && rotates) REQUIRE(rotate(there.second));
    there.restore_server();
    there.change(third, there.items[2], "went on");  // so that nothing is given back byte by byte
    REQUIRE(*third.sync());
    REQUIRE(there.reseed(there.first));
    if (!before) REQUIRE(remove(there.first, lost));
    [[maybe_unused]] const auto any = there.reseed(there.second);
    CHECK(there.server.chain().roster.find(lost.id()) == nullptr);
}

TEST_CASE("another way in that was set on what was given back is no newer than the one here",
          "[simulation][reseed]") {
    GivenBack there(Change::replaces_slot, Change::replaces_slot, true);
    REQUIRE(there.reseed(there.second));
    there.second.replace_slot();
    REQUIRE(*there.second.sync());
    const auto refused = *there.first.sync();
    REQUIRE(!refused);
    CHECK(refused.error().message.starts_with("another device changed the account's devices"));
    CHECK(there.first.slot() == there.slot);
}

TEST_CASE("another way in that was set while a roster was due is newer than the one it named",
          "[simulation][reseed]") {
    GivenBack there(Change::replaces_slot, Change::replaces_slot, true);
    there.first.replace_slot();
    there.slot = there.first.slot();
    const core::Bytes keyring = there.first.sealed_keyring();
    there.change(there.first, there.items[2], "unsent");
    REQUIRE(there.reseed(there.second));
    REQUIRE(there.reseed(there.third));
    for (SimulatedDevice* const device : {&there.first, &there.second, &there.third}) {
        REQUIRE(*device->sync());
        CHECK(device->sealed_keyring() == keyring);
    }
    there.expect_all_done();
}

TEST_CASE("another way in that was set while a roster was due stays beside what others add to that",
          "[simulation][reseed]") {
    GivenBack there(Change::replaces_slot, Change::replaces_slot, true);
    there.first.replace_slot();
    const core::SlotId code = there.first.slot();
    const core::Bytes keyring = there.first.sealed_keyring();
    REQUIRE(there.reseed(there.second));
    REQUIRE(there.reseed(there.third));
    there.third.add_slot(core::SlotKind::key_file);
    for (SimulatedDevice* const device :
         {&there.third, &there.first, &there.second, &there.third}) {
        REQUIRE(*device->sync());
    }
    for (SimulatedDevice* const device : {&there.first, &there.second, &there.third}) {
        const auto slots = core::decode_account_slots(device->slots());
        REQUIRE(slots);
        CHECK(slots->slots.size() == 2);
        CHECK(std::ranges::count(slots->slots, code, &core::KeySlot::id) == 1);
        CHECK(device->sealed_keyring() == keyring);
    }
}

// Nothing can be sent before the parts have come, and what is due goes before any record.
TEST_CASE("a roster stays due while the page that it meets lacks its parts",
          "[simulation][reseed]") {
    GivenBack there(Change::replaces_slot_twice, Change::removes, true);
    REQUIRE(there.reseed(there.second));
    there.server.commits_a_page = 1;
    LyingServer ending(there.server);
    ending.is_gone = [&] {
        return there.first.replica().membership().value()->head == there.between;
    };
    REQUIRE(!there.sync(there.first, ending));
    REQUIRE(there.first.replica().membership().value()->head == there.between);
    REQUIRE(*there.first.sync());
    REQUIRE(there.reseed(there.third));
    for (SimulatedDevice* const device : {&there.first, &there.second, &there.third}) {
        REQUIRE(*device->sync());
    }
    CHECK(there.server.chain().roster.find(there.removed.front()) == nullptr);
    CHECK(there.first.slot() == there.slot);
    CHECK(there.server.parts().slots == there.first.slots());
}

// A page has the parts of the last roster only, so a rotation before it seems to lack its keys.
TEST_CASE("keys that a device has are not waited for, though the server lost those that came after",
          "[simulation][reseed][rotation][mutant:keys-here]") {
    GivenBack there(Change::removes, Change::rotates, true);
    REQUIRE(there.reseed(there.third));
    const SimulatedServer given_back = there.server;
    REQUIRE(rotate(there.third));
    there.server.commits_a_page = 1;
    Network& network = there.first.network();
    network.meanwhile = [&] {
        network.is_cut = (*there.first.replica().membership())->head == given_back.head();
    };
    REQUIRE(!*there.first.sync());
    network.meanwhile = [] {};
    network.is_cut = false;
    there.server = given_back;
    there.change(there.first, there.items[2], "unsent");
    REQUIRE(*there.first.sync());
    CHECK(there.first.generation() == there.generation);
    CHECK(there.first.records().disk.state.count(core::kRotationKey) == 0);
    there.expect_user(there.first, 2, "unsent");
    CHECK(there.first.records().disk.differences.empty());
}

TEST_CASE("a reseed does not go on over what was changed on what was given back",
          "[simulation][reseed][rotation]") {
    const auto earlier = GENERATE(Change::rotates, Change::removes);
    GivenBack there(earlier, Change::rotates, true);
    there.server.commits_a_page = GENERATE(std::size_t{1}, std::size_t{100});
    there.change(there.first, there.items[2], "unsent");
    REQUIRE(there.reseed(there.second));
    REQUIRE(remove(there.second, there.lost[1]));
    const core::ChainPoint head = there.server.head();
    const auto expect_refused = [&](const core::Result<sync::SyncReport>& refused) {
        REQUIRE(!refused);
        CHECK(refused.error().code == core::ErrorCode::integrity);
        CHECK(refused.error().hint.find("sparekey export") != std::string::npos);
        CHECK(there.server.head() == head);
        there.expect_user(there.first, 2, "unsent");
    };
    expect_refused(*there.first.sync());
    expect_refused(there.reseed(there.first));
    expect_refused(*there.first.sync());
}

}  // namespace sparekey::tests
