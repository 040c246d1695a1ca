// A sync that would take away very many items: it asks before the first of them goes, in however
// many pages they come.
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// A pair that has so many items more.
struct Many : Pair {
    explicit Many(int count) {
        for (int at = 0; at < count; ++at) {
            core::ItemPatch patch;
            patch.title = "item " + std::to_string(at);
            many.push_back(first.vault().add(patch)->id);
        }
        REQUIRE(*first.sync());
        REQUIRE(*second.sync());
        before = live();
    }
    std::size_t live() { return second.records().count(core::Shelf::live); }
    void trash(std::size_t from, std::size_t to) {
        for (std::size_t at = from; at < to; ++at) REQUIRE(first.vault().put_in_trash(many[at]));
    }
    void destroy(std::size_t from, std::size_t to) {
        trash(from, to);
        REQUIRE(first.vault().empty_trash());
    }
    /// In commits of their own.
    void send() {
        time_ms += 1000;
        REQUIRE(*first.sync());
    }
    sync::SyncReport sync_second(const core::Permissions& permissions = {}) {
        const auto report = *second.sync(permissions);
        if (!report) UNSCOPED_INFO(report.error().message);
        REQUIRE(report);
        return *report;
    }
    void expect_held(std::uint64_t held) {
        const sync::SyncReport report = sync_second();
        CHECK(report.held == held);
        CHECK(report.pushed == 0);
        CHECK(live() == before);
    }
    void expect_yes(std::uint64_t removed) {
        CHECK(sync_second({true}).held == 0);
        CHECK(live() == before - removed);
        CHECK(second.records().disk.differences.empty());
        CHECK(second.records().record_count() == server.record_count());
    }

    std::vector<core::RecordId> many;
    std::size_t before = 0;
};

}  // namespace

TEST_CASE("a sync that takes away very many items is held", "[hostile][mutant:held-deletion]") {
    Pair pair;
    std::vector<core::RecordId> many;
    for (int at = 0; at < 60; ++at) {
        core::ItemPatch patch;
        patch.title = "item " + std::to_string(at);
        many.push_back(pair.first.vault().add(patch)->id);
    }
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    for (const core::RecordId& id : many) REQUIRE(pair.first.vault().put_in_trash(id));
    const bool purged = pair.random.coin();
    if (purged) REQUIRE(pair.first.vault().empty_trash());
    REQUIRE(*pair.first.sync());
    const std::size_t before = pair.second.records().count(core::Shelf::live);
    const auto held = pair.second.sync();
    REQUIRE(held->has_value());
    CHECK((*held)->held == 60);
    CHECK((*held)->pushed == 0);
    CHECK(pair.second.records().count(core::Shelf::live) == before);
    const auto allowed = pair.second.sync({true});
    REQUIRE(allowed->has_value());
    CHECK((*allowed)->held == 0);
    CHECK(pair.second.records().count(core::Shelf::live) == before - 60);
}

TEST_CASE("a mass deletion in many pages is held before the first item of it goes",
          "[hostile][mutant:held-ahead]") {
    Many there(60);
    SECTION("trashed") {
        for (std::size_t at = 0; at < 60; at += 6) {
            there.trash(at, at + 6);
            there.send();
        }
    }
    SECTION("destroyed") {
        for (std::size_t at = 0; at < 60; at += 6) {
            there.destroy(at, at + 6);
            there.send();
        }
    }
    SECTION("with every key replaced in between") {
        there.trash(0, 20);
        there.send();
        core::RosterWish wish;
        wish.rotation = there.first.new_rotation();
        REQUIRE(*there.first.sync({}, wish));
        there.change(there.first, there.items[1], "between");
        there.send();
        there.trash(20, 60);
        there.send();
    }
    there.change(there.second, there.items[2], "unsent");
    there.server.commits_a_page = 1;
    there.expect_held(60);
    there.expect_held(60);
    there.expect_yes(60);
    CHECK(there.second.vault().item(there.items[2])->username == "unsent");
}

TEST_CASE(
    "what stays does not count; what goes and comes back on a later page does, before it goes",
    "[hostile]") {
    Many there(51);
    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    third.join();
    REQUIRE(*third.sync());
    there.sync_second();
    there.change(third, there.many[50], "needed");
    for (std::size_t at = 0; at < 51; at += 17) {
        there.destroy(at, at + 17);
        there.send();
    }
    there.server.commits_a_page = 1;
    SECTION("with all of it gone") {
        there.expect_held(51);
        there.expect_yes(51);
    }
    SECTION("with one back") {
        const auto brought_back = *third.sync();
        REQUIRE(brought_back);
        CHECK(brought_back->held == 0);  // fifty go: what was changed here stays
        there.expect_held(51);
        there.expect_yes(50);
        CHECK(there.second.vault().item(there.many[50])->username == "needed");
    }
}

TEST_CASE("what was taken before another device went on counts with what it took since",
          "[hostile][mutant:held-again]") {
    Many there(60);
    there.trash(0, 30);
    there.send();
    there.change(there.first, there.items[1], "page two");
    there.send();
    there.server.commits_a_page = 1;
    // The look ahead saw thirty; thirty more come before the sync is at its end.
    int pulls = 0;
    LyingServer server(there.server);
    server.on_pull = [&](core::PullPage&) {
        if (++pulls != 2) return;
        there.trash(30, 60);
        there.send();
    };
    const auto held = there.sync(there.second, server);
    REQUIRE(held);
    CHECK(held->held == 60);
    CHECK(there.live() == there.before - 30);
    const sync::SyncReport again = there.sync_second();
    CHECK(again.held == 60);
    CHECK(there.live() == there.before - 30);
    there.expect_yes(60);
}

TEST_CASE("a lie about the pages to come is found as one about a page that is applied",
          "[hostile]") {
    Many there(60);
    there.trash(0, 30);
    there.send();
    there.trash(30, 60);
    there.send();
    there.server.commits_a_page = 1;
    LyingServer lying(there.server);
    int pulls = 0;
    const auto ahead = [&](auto change) {
        lying.on_pull = [&, change](core::PullPage& page) {
            if (++pulls == 2) change(page);
        };
    };
    SECTION("a flipped signature") {
        ahead([](core::PullPage& page) { page.commits.back().signature[0] ^= 1; });
    }
    SECTION("another blob") {
        ahead([](core::PullPage& page) { page.blobs.back().blob.back() ^= 1; });
    }
    SECTION("no commits") {
        ahead([](core::PullPage& page) { page.commits.clear(); });
    }
    const auto refused = there.sync(there.second, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    CHECK(!there.evidence.empty());
    CHECK(pulls == 2);
    CHECK(there.live() == there.before);
    there.expect_held(60);
}

TEST_CASE("pages that take nothing away, and those of a device that joins, are fetched once",
          "[simulation]") {
    Many there(40);
    there.server.commits_a_page = 1;
    there.server.records_a_page = 7;
    for (std::size_t at = 0; at < 5; ++at) {
        there.change(there.first, there.many[at], "new");
        there.send();
    }
    there.trash(10, 40);
    there.send();
    LyingServer server(there.server);
    std::size_t pages = 0;
    server.on_pull = [&](core::PullPage&) { ++pages; };
    REQUIRE(there.sync(there.second, server));
    CHECK(pages == 6);

    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    third.join();
    pages = 0;
    server.on_pull = [](core::PullPage&) {};
    server.on_snapshot = [&](core::SnapshotPage&) { ++pages; };
    REQUIRE(there.sync(third, server));
    CHECK(pages == (there.server.record_count() + 6) / 7);
}

}  // namespace sparekey::tests
