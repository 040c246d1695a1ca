// A page that ends with a roster of which the server has no slots, but those of a later one: until
// these are here, this device's own are older than the account's, and would undo what another
// device changed.
#include "core/chain/account_slots.h"
#include "tests/simulation/backed_up.h"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

namespace sparekey::tests {
namespace {

/// Since the backup the first device replaced its recovery code and then added a key file; the
/// second one has got as far as the first of both, without the slots.
struct Withheld : BackedUp {
    Withheld() {
        server.commits_a_page = 1;
        backup = server;
        first.replace_slot();
        REQUIRE(*first.sync());
        between = server;
        replaced = first.slots();
        code = first.slot();
        keyring = first.sealed_keyring();
        first.add_slot(core::SlotKind::key_file);
        REQUIRE(*first.sync());
        end_after_a_page();
        REQUIRE(second.slots() != replaced);
        REQUIRE(second.sealed_keyring() != keyring);
    }
    void end_after_a_page() {
        LyingServer ending(server);
        int pages = 0;
        ending.is_gone = [&] { return ++pages > 1; };
        const auto ended = sync(second, ending);
        REQUIRE(!ended);
        REQUIRE(ended.error().code == core::ErrorCode::offline);
        REQUIRE(second.replica().membership().value()->head == between->head());
    }
    /// Both devices and the server have these, and the keyring that came with the recovery code.
    void expect_slots(const core::Bytes& slots) {
        CHECK(server.parts().slots == slots);
        CHECK(server.parts().keyring == keyring);
        for (SimulatedDevice* const device : {&first, &second}) {
            REQUIRE(*device->sync());
            CHECK(device->slots() == slots);
            CHECK(device->sealed_keyring() == keyring);
            CHECK(device->records().disk.differences.empty());
        }
        CHECK(server.parts().slots == slots);
        CHECK(server.parts().keyring == keyring);
    }

    /// By the first device, which has what the second one lacks.
    void expect_given_back(const core::Bytes& slots) {
        expect_alarm(first);
        REQUIRE(reseed(first));
        REQUIRE(reseed(second));
        expect_slots(slots);
    }

    std::optional<SimulatedServer> between;
    core::Bytes replaced, keyring;
    core::SlotId code{};
};

/// The first device is going to remove a third one.
struct RemovedThird : BackedUp {
    RemovedThird() {
        third.join();
        for (SimulatedDevice* const device : {&first, &second}) REQUIRE(*device->sync());
        server.commits_a_page = 1;
    }
    /// At the head, of which the server has no slots: the first device adds a key file after it.
    void let_second_stand_here() {
        const core::ChainPoint here = server.head();
        first.add_slot(core::SlotKind::key_file);
        REQUIRE(*first.sync());
        LyingServer ending(server);
        ending.is_gone = [&] { return second.replica().membership().value()->head == here; };
        REQUIRE(!sync(second, ending));
    }

    SimulatedDevice third{keys, "C", &time_ms, server, random};
};

}  // namespace

TEST_CASE("a server that withholds the slots of a roster does not get the old ones for it",
          "[simulation][hostile][mutant:parts-here]") {
    Withheld there;
    LyingServer lying(*there.between);
    const core::ChainPoint before = there.between->head();
    // Also where there is something to be sent.
    if (GENERATE(false, true)) there.second.add_slot(core::SlotKind::key_file);
    if (GENERATE(false, true)) there.change(there.second, there.items[2], "here");
    core::RosterWish wish;
    if (GENERATE(false, true)) wish.rotation = there.second.new_rotation();
    const auto refused = there.sync(there.second, lying, wish);
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    CHECK(refused.error().message ==
          "the server is not believed: it withholds the account's key slots and keyring");
    CHECK(there.between->head() == before);
    // The honest one has them.
    REQUIRE(*there.second.sync());
    REQUIRE(*there.first.sync());
    CHECK(there.second.slots() == there.first.slots());
    CHECK(there.server.parts().slots == there.first.slots());
    CHECK(there.first.slot() == there.code);
    CHECK(there.server.parts().keyring == there.first.sealed_keyring());
    CHECK(there.second.sealed_keyring() == there.first.sealed_keyring());
}

// The roster that brought it is the one before, as far as this device knows.
TEST_CASE("a keyring that came with no page comes with the next one that has parts",
          "[simulation]") {
    Withheld there;
    REQUIRE(*there.second.sync());
    there.expect_slots(there.first.slots());
}

TEST_CASE("slots that a server from a backup has come with a reseed",
          "[simulation][reseed][mutant:parts-here]") {
    Withheld there;
    const core::Bytes both = there.first.slots();
    there.server = *there.between;
    SECTION("with what was added here since") {
        there.second.add_slot(core::SlotKind::key_file);
        there.expect_alarm(there.second);
        REQUIRE(there.reseed(there.second));
        REQUIRE(*there.second.sync());
        const auto now = core::decode_account_slots(there.second.slots());
        REQUIRE(now);
        CHECK(now->slots.size() == 2);
        CHECK(std::ranges::count(now->slots, there.code, &core::KeySlot::id) == 1);
        there.expect_alarm(there.first);
        // Both added a key file.
        REQUIRE(there.server.parts().slots == there.second.slots());
        CHECK(there.server.parts().keyring == there.keyring);
        CHECK(there.second.sealed_keyring() == there.keyring);
    }
    SECTION("and nothing else") {
        there.expect_alarm(there.second);
        REQUIRE(there.reseed(there.second));
        CHECK(there.second.slots() == there.replaced);
        CHECK(there.server.parts().slots == there.replaced);
        there.expect_alarm(there.first);
        REQUIRE(there.reseed(there.first));
        there.expect_slots(both);
    }
    SECTION("after the device that has later ones gave them back") {
        there.expect_given_back(both);
    }
}

// Another roster went between: who reseeds gives it back, with slots that it gets only now.
TEST_CASE("slots that the server still has are those of a later roster that it lost",
          "[simulation][reseed]") {
    RemovedThird there;
    const bool rotates = GENERATE(false, true);
    if (rotates) {
        REQUIRE(rotate(there.first));
        there.change(there.first, there.items[1], "under new keys");
    } else {
        there.first.replace_slot();
    }
    REQUIRE(*there.first.sync());
    there.backup = there.server;
    const core::Bytes replaced = there.first.slots();
    REQUIRE(remove(there.first, there.third));
    there.let_second_stand_here();
    REQUIRE(there.second.slots() != replaced);
    there.restore_server();
    there.expect_alarm(there.second);
    REQUIRE(there.reseed(there.second));
    REQUIRE(*there.second.sync());
    CHECK(there.second.slots() == replaced);
    CHECK(there.second.generation() == there.first.generation());
    if (rotates) there.expect_user(there.second, 1, "under new keys");
    CHECK(there.server.parts().slots == replaced);
    CHECK(there.server.parts().keyring == there.second.sealed_keyring());
    CHECK(there.first.sealed_keyring() == there.second.sealed_keyring());
    CHECK_FALSE(there.server.lists(there.third.id()));
}

TEST_CASE("slots that the server lost before a device had them are given back by one that has them",
          "[simulation][reseed]") {
    Withheld there;
    const core::Bytes both = there.first.slots();
    there.restore_server();
    there.expect_alarm(there.second);
    const core::ChainPoint before = there.server.head();
    const auto refused = there.reseed(there.second);
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::conflict);
    CHECK(refused.error().hint.find("on a device that has them") != std::string::npos);
    CHECK(there.server.head() == before);
    there.expect_given_back(both);
}

// It signs with the keys of before the rotation that removed it, whose keys the second device knows
// of and never got.
TEST_CASE("keys that had not come are not those of a device that was removed",
          "[simulation][reseed][hostile][mutant:reseed-keys]") {
    RemovedThird there;
    there.backup = there.server;
    core::RosterWish wish;
    wish.remove = there.third.id();
    wish.rotation = there.first.new_rotation();
    REQUIRE(*there.first.sync({}, wish));
    there.let_second_stand_here();
    const SimulatedServer honest = there.server;

    there.restore_server();
    for (int times = 0; times < 2; ++times) REQUIRE(rotate(there.third));
    there.expect_alarm(there.second);
    const core::Bytes slots = there.second.slots();
    const core::Bytes keyring = there.second.sealed_keyring();
    const auto refused = there.reseed(there.second);
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    CHECK(refused.error().message.find("nobody but you can say") != std::string::npos);
    CHECK(there.second.slots() == slots);
    CHECK(there.second.sealed_keyring() == keyring);
    CHECK(there.second.generation() == 1);

    there.server = honest;
    REQUIRE(*there.second.sync());
    CHECK(there.second.slots() == there.first.slots());
    CHECK(there.second.generation() == there.first.generation());
}

// Its answer was lost, and another way in was set since.
TEST_CASE("a roster that was due and has arrived does not undo what was changed here after it",
          "[simulation][reseed]") {
    BackedUp there;
    there.first.replace_slot();
    REQUIRE(*there.first.sync());
    there.restore_server();
    // So that nothing is given back byte by byte.
    there.change(there.second, there.items[2], "went on");
    REQUIRE(*there.second.sync());
    there.expect_alarm(there.first);
    LyingServer losing(there.server);
    losing.loses_answers = true;
    REQUIRE(!there.reseed(there.first, losing));
    REQUIRE(there.server.parts().slots == there.first.slots());
    there.first.replace_slot();
    const core::Bytes newest = there.first.slots();
    if (GENERATE(false, true)) read_history(there.first, there.server);
    REQUIRE(there.reseed(there.first));
    REQUIRE(*there.first.sync());
    CHECK(there.server.parts().slots == newest);
    REQUIRE(*there.second.sync());
    CHECK(there.second.slots() == newest);
    CHECK(there.first.slots() == newest);
}

// Where both changed the ways in of a kind, the account's hold.
TEST_CASE("a recovery code that is overruled goes from the keyring, too", "[simulation]") {
    Pair pair;
    const core::Bytes keyring = pair.second.sealed_keyring();
    const core::SlotId code = pair.second.slot();
    pair.first.replace_slot();
    pair.second.add_slot(core::SlotKind::recovery);  // beside the first one, which is the kit's
    REQUIRE(*pair.second.sync());
    for (SimulatedDevice* const device : {&pair.first, &pair.second}) {
        REQUIRE(*device->sync());
        CHECK(device->slot() == code);
        CHECK(device->sealed_keyring() == keyring);
    }
    CHECK(pair.server.parts().keyring == keyring);
}

}  // namespace sparekey::tests
