// A server that came back from a backup: what it lost is given back to it, by whoever knows it.
#include "core/codec/codec.h"
#include "core/replica/kept_commits.h"
#include "tests/simulation/backed_up.h"

#include <catch2/generators/catch_generators.hpp>

namespace sparekey::tests {

using core::ErrorCode;

TEST_CASE("a server from a backup gets its commits back byte for byte, and nobody else notices",
          "[simulation][reseed]") {
    BackedUp there;
    there.change(there.first, there.items[1], "one");
    REQUIRE(*there.first.sync());
    there.change(there.first, there.items[1], "two");
    REQUIRE(*there.first.sync());
    const core::ChainPoint head = there.server.head();
    SECTION("another device at the same head") {
        REQUIRE(*there.second.sync());
    }
    SECTION("another device at the head of the backup") {}
    there.restore_server();
    there.expect_alarm(there.first);
    const auto report = there.reseed(there.first);
    REQUIRE(report);
    CHECK(report->pushed > 0);
    CHECK(there.server.head() == head);
    REQUIRE(*there.second.sync());
    there.expect_user(there.second, 1, "two");
    there.expect_equal();
}

TEST_CASE("the commits of other devices are given back too", "[simulation][reseed]") {
    BackedUp there;
    there.change(there.second, there.items[1], "by the other");
    REQUIRE(*there.second.sync());
    REQUIRE(*there.first.sync());
    REQUIRE(rotate(there.second));
    REQUIRE(*there.first.sync());
    const core::ChainPoint head = there.server.head();
    there.restore_server();
    REQUIRE(there.reseed(there.first));
    CHECK(there.server.head() == head);
    REQUIRE(*there.second.sync());
    there.expect_equal();
}

TEST_CASE("what a server lost comes back as a new commit where the old ones are not here any more",
          "[simulation][reseed]") {
    BackedUp there;
    there.change(there.second, there.items[1], "one");
    REQUIRE(*there.second.sync());
    there.change(there.second, there.items[1], "two");
    REQUIRE(*there.second.sync());
    REQUIRE(*there.first.sync());  // which has never seen the first of both
    there.restore_server();
    there.change(there.first, there.items[2], "unsent");
    const auto report = there.reseed(there.first);
    REQUIRE(report);
    CHECK(report->pushed > 0);
    there.expect_alarm(there.second);
    REQUIRE(there.reseed(there.second));
    REQUIRE(*there.first.sync());
    there.expect_on_both(1, "two");
    there.expect_on_both(2, "unsent");
    there.expect_equal();
}

TEST_CASE("what others wrote on the restored server is merged with what it had lost",
          "[simulation][reseed]") {
    BackedUp there;
    there.change(there.first, there.items[1], "lost");
    core::ItemPatch patch;
    patch.title = "lost with the server";
    const core::RecordId added = there.first.vault().add(patch)->id;
    REQUIRE(*there.first.sync());
    there.restore_server();
    there.change(there.second, there.items[1], "since");
    there.change(there.second, there.items[2], "since");
    REQUIRE(*there.second.sync());
    there.change(there.second, there.items[2], "and again");
    REQUIRE(*there.second.sync());
    there.expect_alarm(there.first);
    const auto report = there.reseed(there.first);
    REQUIRE(report);
    CHECK(report->merged > 0);
    // It was at the head of the branch: it goes on.
    REQUIRE(*there.second.sync());
    for (SimulatedDevice* const device : {&there.first, &there.second}) {
        there.expect_user(*device, 2, "and again");
        CHECK(device->vault().item(added)->title == "lost with the server");
        const auto conflicts = device->vault().conflicts(there.items[1]);
        REQUIRE(conflicts);
        CHECK(conflicts->size() == 1);
    }
    there.expect_equal();
}

TEST_CASE("a reseed that would take very many items away is held, and goes on with a yes",
          "[simulation][reseed][mutant:held-deletion]") {
    BackedUp there;
    std::vector<core::RecordId> many;
    for (int at = 0; at < 60; ++at) {
        core::ItemPatch patch;
        patch.title = "item " + std::to_string(at);
        many.push_back(there.first.vault().add(patch)->id);
    }
    REQUIRE(*there.first.sync());
    REQUIRE(*there.second.sync());
    there.backup = there.server;
    there.change(there.first, there.items[1], "lost");
    REQUIRE(*there.first.sync());
    there.restore_server();
    for (const core::RecordId& id : many) REQUIRE(there.second.vault().put_in_trash(id));
    REQUIRE(*there.second.sync());

    there.server.records_a_page = GENERATE(std::size_t{7}, std::size_t{1000});
    const std::size_t before = there.first.records().count(core::Shelf::live);
    const auto held = there.reseed(there.first);
    REQUIRE(held);
    CHECK(held->held == 60);
    CHECK(there.first.records().count(core::Shelf::live) == before);
    const auto again = *there.first.sync();
    REQUIRE(again);
    CHECK(again->held == 60);
    CHECK(there.first.records().count(core::Shelf::live) == before);
    const auto allowed = *there.first.sync({true});
    REQUIRE(allowed);
    CHECK(allowed->held == 0);
    CHECK(there.first.records().count(core::Shelf::live) == before - 60);
    REQUIRE(*there.second.sync());
    there.expect_on_both(1, "lost");
    there.expect_equal();
}

TEST_CASE("an item that came back older takes nothing from what was made of it since",
          "[simulation][reseed][mutant:both-covered]") {
    BackedUp there;
    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    third.join();
    for (SimulatedDevice* const device : {&third, &there.first, &there.second}) {
        REQUIRE(*device->sync());
    }
    there.backup = there.server;
    core::ItemPatch patch;
    patch.title = "new title";
    there.time_ms += 1000;
    REQUIRE(there.first.vault().edit(there.items[1], patch));
    REQUIRE(*there.first.sync());
    REQUIRE(*there.second.sync());
    REQUIRE(there.first.vault().put_in_trash(there.items[1]));
    REQUIRE(there.first.vault().empty_trash());
    there.restore_server();
    there.change(third, there.items[2], "meanwhile");
    REQUIRE(*third.sync());
    REQUIRE(there.reseed(there.first));
    REQUIRE(there.first.vault().item(there.items[1])->title == "two");
    // Its stamp is later than that of the title, of which the item knows nothing.
    there.change(there.first, there.items[1], "since");
    const bool is_sent_before = GENERATE(true, false);
    if (is_sent_before) REQUIRE(*there.first.sync());
    REQUIRE(there.reseed(there.second));
    REQUIRE(*there.first.sync());
    REQUIRE(*there.second.sync());
    for (SimulatedDevice* const device : {&there.first, &there.second}) {
        CHECK(device->vault().item(there.items[1])->title == "new title");
        CHECK(device->vault().conflicts(there.items[1])->size() == 1);  // the older title
        there.expect_user(*device, 1, "since");
    }
    there.expect_equal();
}

TEST_CASE("a rotation that the server lost is made again for whoever had not heard of it",
          "[simulation][reseed][rotation]") {
    BackedUp there;
    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    third.join();
    REQUIRE(*third.sync());
    for (SimulatedDevice* const device : {&there.first, &there.second}) REQUIRE(*device->sync());
    there.backup = there.server;
    REQUIRE(rotate(there.first));
    there.change(there.first, there.items[1], "after");
    REQUIRE(*there.first.sync());
    REQUIRE(*there.second.sync());
    there.restore_server();
    there.change(third, there.items[2], "since");
    REQUIRE(*third.sync());
    REQUIRE(there.reseed(there.first));
    REQUIRE(*third.sync());
    CHECK(third.generation() == 2);
    there.expect_alarm(there.second);
    REQUIRE(there.reseed(there.second));
    for (SimulatedDevice* const device : {&there.first, &there.second, &third}) {
        REQUIRE(*device->sync());
        there.expect_user(*device, 1, "after");
        there.expect_user(*device, 2, "since");
    }
    there.expect_equal();
}

TEST_CASE("devices or keys that both sides changed are nobody's to choose: nothing is changed",
          "[simulation][reseed][mutant:reseed-rosters]") {
    BackedUp there;
    REQUIRE(rotate(there.first));
    there.restore_server();
    REQUIRE(rotate(there.second));
    const core::ChainPoint head = there.server.head();
    const auto refused = there.reseed(there.first);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    CHECK(refused.error().message.find("were changed here and on the server") != std::string::npos);
    CHECK(there.server.head() == head);
    there.change(there.first, there.items[1], "offline");
    there.expect_user(there.first, 1, "offline");
}

TEST_CASE("a rotation on the restored server is followed by a reseed",
          "[simulation][reseed][rotation]") {
    BackedUp there;
    there.change(there.first, there.items[1], "lost");
    REQUIRE(*there.first.sync());
    there.restore_server();
    REQUIRE(rotate(there.second));
    there.change(there.second, there.items[2], "since");
    REQUIRE(*there.second.sync());
    REQUIRE(there.reseed(there.first));
    CHECK(there.first.generation() == 2);
    REQUIRE(*there.second.sync());
    there.expect_on_both(1, "lost");
    there.expect_on_both(2, "since");
    there.expect_equal();
}

TEST_CASE("a server from between two rotations gives the first one's keys to whoever asks for them",
          "[simulation][reseed][rotation][mutant:parts-here]") {
    BackedUp there;
    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    third.join();  // and has no record yet
    REQUIRE(*there.second.sync());
    there.server.commits_a_page = 1;
    const std::uint64_t known = there.server.head().n;
    REQUIRE(rotate(there.first));
    const SimulatedServer between = there.server;
    REQUIRE(rotate(there.first));
    for (SimulatedDevice* const device : {&there.second, &third}) {
        std::uint64_t after = (*device->replica().membership())->head.n;
        for (; after <= known; ++after) {
            const auto applied = device->replica().apply(there.server.pull(after), {}, {});
            REQUIRE(applied);
        }
        CHECK(device->generation() == 1);  // the keyring that is served is the second rotation's
    }
    there.server = between;
    for (SimulatedDevice* const device : {&there.second, &third}) {
        there.expect_alarm(*device);
        REQUIRE(there.reseed(*device));
        CHECK(device->generation() == 2);
        there.expect_user(*device, 0, "changed");
    }
    there.change(there.second, there.items[1], "under the first one's");
    REQUIRE(*there.second.sync());
    REQUIRE(there.reseed(there.first));
    for (SimulatedDevice* const device : {&there.second, &third}) {
        REQUIRE(*device->sync());
        CHECK(device->generation() == 3);
        there.expect_user(*device, 1, "under the first one's");
    }
}

TEST_CASE("a history that none of the vault's keys has signed is not taken for the account's",
          "[simulation][reseed][hostile][mutant:reseed-account-key]") {
    BackedUp there;
    const SharedKeys others(there.random, there.keys.vault);
    SimulatedServer elsewhere;
    SimulatedDevice stranger(others, "X", &there.time_ms, elsewhere, there.random);
    stranger.found();
    REQUIRE(*stranger.sync());
    LyingServer lying(elsewhere);
    const auto refused = there.reseed(there.first, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    CHECK(refused.error().message.find("no key of this vault") != std::string::npos);
    CHECK(there.kept == std::vector<std::string>{"history"});
    REQUIRE(*there.first.sync());
}

TEST_CASE("a history that does not lead to the server's head changes nothing",
          "[simulation][reseed][hostile][mutant:reseed-head]") {
    BackedUp there;
    there.change(there.second, there.items[1], "one");
    REQUIRE(*there.second.sync());
    there.change(there.second, there.items[1], "two");
    REQUIRE(*there.second.sync());
    REQUIRE(*there.first.sync());
    there.restore_server();
    LyingServer lying(there.server);
    lying.on_pull = [](core::PullPage& page) { page.head.hash[0] ^= 1; };
    const auto before = there.first.records().disk.records.size();
    const auto refused = there.reseed(there.first, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    CHECK(there.first.records().disk.differences.empty());
    CHECK(there.first.records().disk.records.size() == before);
    REQUIRE(there.reseed(there.first));
    there.expect_user(there.first, 1, "two");
}

TEST_CASE("a reseed that ends in the middle goes on with the next sync, and has lost nothing",
          "[simulation][reseed]") {
    for (std::size_t moment = 0; moment < 12; ++moment) {
        BackedUp there;
        there.server.records_a_page = 1;
        there.change(there.second, there.items[1], "one");
        REQUIRE(*there.second.sync());
        there.change(there.second, there.items[1], "two");
        REQUIRE(*there.second.sync());
        REQUIRE(*there.first.sync());
        there.restore_server();
        there.server.commits_a_page = 1;
        there.first.records().crash_in = moment;
        const auto ended = there.first.reseed();
        there.first.records().crash_in.reset();
        INFO("moment " << moment);
        there.expect_user(there.first, 1, "two");
        if (!ended) REQUIRE(*there.first.reseed());
        REQUIRE(*there.second.reseed());
        REQUIRE(*there.first.sync());
        there.expect_user(there.second, 1, "two");
        there.expect_equal();
    }
}

TEST_CASE("a commit that is kept follows what it followed, and none has what was destroyed",
          "[simulation][reseed][mutant:kept-place][mutant:kept-removed]") {
    BackedUp there;
    const core::ChainPoint before = there.server.head();
    core::ItemPatch patch;
    patch.title = "to be destroyed";
    const core::RecordId item = there.first.vault().add(patch)->id;
    REQUIRE(*there.first.sync());
    const auto kept = there.first.replica().kept_push(before);
    REQUIRE(kept);
    REQUIRE(kept->has_value());
    CHECK((*kept)->blobs.size() == 1);
    core::ChainPoint elsewhere = before;
    elsewhere.hash[0] ^= 1;
    const auto none = there.first.replica().kept_push(elsewhere);
    REQUIRE(none);
    CHECK(!none->has_value());

    REQUIRE(there.first.vault().put_in_trash(item));
    REQUIRE(there.first.vault().empty_trash());
    REQUIRE(*there.first.sync());
    const auto& state = there.first.records().disk.state;
    const auto stored = state.find("commit/" + std::to_string(before.n + 1));
    REQUIRE(stored != state.end());
    CHECK(core::decode_push_request(stored->second)->blobs.empty());
}

}  // namespace sparekey::tests
