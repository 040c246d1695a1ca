// A server that came back from a backup: what it lost is given back to it, by whoever knows it.
#include "sync/client/reseed.h"

#include "core/codec/codec.h"
#include "core/replica/kept_commits.h"
#include "tests/simulation/lied_to.h"

#include <catch2/generators/catch_generators.hpp>

namespace sparekey::tests {
namespace {

using core::ErrorCode;

/// A pair of which both know all that the server has, and the server's backup of then.
struct BackedUp : Pair {
    BackedUp() {
        REQUIRE(*second.sync());
        backup = server;
    }
    void restore_server() { server = *backup; }
    core::Result<sync::SyncReport> reseed(SimulatedDevice& device, sync::AccountServer& with) {
        sync::SyncOptions options;
        options.keep_evidence = [&](const std::string& what, core::ByteView bytes) {
            kept.push_back(what);
            evidence.assign(bytes.begin(), bytes.end());
        };
        return sync::reseed(device.replica(), with, device.clock(), random, options);
    }
    core::Result<sync::SyncReport> reseed(SimulatedDevice& device) {
        LyingServer honest(server);
        auto report = reseed(device, honest);
        if (!report) UNSCOPED_INFO(report.error().message);
        return report;
    }
    void expect_alarm(SimulatedDevice& device) {
        const auto alarm = *device.sync();
        REQUIRE(!alarm);
        CHECK(alarm.error().code == ErrorCode::integrity);
        CHECK(alarm.error().hint.find("sparekey sync --reseed") != std::string::npos);
    }
    void expect_user(SimulatedDevice& device, std::size_t item, const std::string& name) {
        const auto found = device.vault().item(items[item]);
        REQUIRE(found);
        CHECK(found->username == name);
    }
    void expect_on_both(std::size_t item, const std::string& name) {
        expect_user(first, item, name);
        expect_user(second, item, name);
    }
    void expect_equal() {
        CHECK(first.records().disk.differences.empty());
        CHECK(second.records().disk.differences.empty());
        CHECK(first.records().disk.records.size() == server.record_count());
        CHECK(second.records().disk.records.size() == server.record_count());
    }

    std::optional<SimulatedServer> backup;
    std::vector<std::string> kept;
};

/// The device of the pair that is not known by its name is removed from the account.
core::Result<sync::SyncReport> remove(SimulatedDevice& by, const SimulatedDevice& device) {
    core::RosterWish wish;
    wish.remove = device.id();
    return *by.sync({}, wish);
}

core::Result<sync::SyncReport> rotate(SimulatedDevice& device) {
    core::RosterWish wish;
    wish.rotation = device.new_rotation();
    return *device.sync({}, wish);
}

}  // namespace

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

TEST_CASE("a device that was removed does not come back with the server, nor what it wrote there",
          "[simulation][reseed][mutant:reseed-removed]") {
    BackedUp there;
    REQUIRE(remove(there.first, there.second));
    there.restore_server();
    there.change(there.second, there.items[1], "by the removed one");
    core::ItemPatch patch;
    patch.title = "planted";
    const core::RecordId planted = there.second.vault().add(patch)->id;
    REQUIRE(*there.second.sync());
    REQUIRE(there.reseed(there.first));
    CHECK(there.server.chain().roster.find(there.second.id()) == nullptr);
    CHECK(there.first.vault().item(there.items[1])->username.empty());
    CHECK(!there.first.vault().item(planted));
    CHECK(there.first.records().disk.differences.empty());
    CHECK(there.first.records().disk.records.size() == there.server.record_count());
    REQUIRE(there.kept == std::vector<std::string>{"removed-device"});
    const auto page = core::decode_snapshot_page(there.evidence);
    REQUIRE(page);
    CHECK(page->records.size() == 2);
    const auto refused = *there.second.sync();
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::refused);
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
        CHECK(ended.error().code == ErrorCode::offline);
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
    CHECK(behind.error().code == ErrorCode::integrity);
    CHECK(behind.error().message.starts_with("another device changed the account's devices"));
    CHECK(there.server.head() == head);
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
        CHECK(refused.error().code == ErrorCode::integrity);
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
          "[simulation][reseed][rotation][mutant:rotation-keys]") {
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
