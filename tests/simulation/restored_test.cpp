// What is begun anew: a device from a backup that is older than what it has sent since, and a first
// snapshot that was broken off.
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

TEST_CASE("a restored device does not bring back what was destroyed since it sent it",
          "[simulation][mutant:sent-before]") {
    SeededRandom random;
    std::uint64_t time_ms = 1'764'000'000'000;
    SharedKeys keys{random};
    SimulatedServer server;
    SimulatedDevice first(keys, "A", &time_ms, server, random);
    SimulatedDevice second(keys, "B", &time_ms, server, random);
    first.found();
    second.join();
    REQUIRE(*second.sync());

    core::ItemPatch patch;
    patch.title = "old mail";
    const core::RecordId item = second.vault().add(patch)->id;
    const SimulatedDevice::Disk backup = second.disk();
    REQUIRE(*second.sync());

    REQUIRE(*first.sync());
    REQUIRE(first.vault().put_in_trash(item));
    REQUIRE(first.vault().empty_trash());
    REQUIRE(*first.sync());

    time_ms += 60'000;  // another commit than the one that it sent before
    second.put_back(backup);

    SECTION("as it was sent, it goes") {
        REQUIRE(*second.sync());
        CHECK_FALSE(second.records().contains(item));
        CHECK(second.records().disk.differences.empty());
    }
    SECTION("changed after the restoring, it stays, and is everybody's again") {
        core::ItemPatch change;
        change.username = "alice";
        REQUIRE(second.vault().edit(item, change));
        REQUIRE(*second.sync());
        REQUIRE(*first.sync());
        CHECK(first.vault().item(item)->username == "alice");
    }
}

TEST_CASE("an item that was changed during a broken-off snapshot keeps its attachments",
          "[simulation][mutant:snapshot-parts]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    std::string left = "what the file says";
    const auto read = [&](core::MutableBytes into) {
        const std::size_t size = std::min(into.size(), left.size());
        std::copy_n(left.begin(), size, into.begin());
        left.erase(0, size);
        return size;
    };
    REQUIRE(pair.first.vault().attach(item, "file", read));
    REQUIRE(*pair.first.sync());

    SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random);
    third.join();
    LyingServer server(pair.server);
    int pages = 0;
    server.on_snapshot = [&](core::SnapshotPage& page) {
        ++pages;
        if (pages == 1) page.more = true;
        if (pages != 2) return;
        // All records are there when the item changes here, is destroyed elsewhere, and the account
        // goes on.
        pair.change(third, item, "here");
        REQUIRE(pair.first.vault().put_in_trash(item));
        REQUIRE(pair.first.vault().empty_trash());
        REQUIRE(*pair.first.sync());
        page.head = pair.server.head();
    };
    REQUIRE(pair.sync(third, server));
    CHECK(pages > 2);
    REQUIRE(*pair.first.sync());
    const auto back = pair.first.vault().item(item);
    REQUIRE(back);
    CHECK(back->username == "here");
    REQUIRE(back->attachments.size() == 1);
    std::string content;
    REQUIRE(pair.first.vault().read_attachment(
        item, back->attachments[0],
        [&](core::ByteView part) { content.append(part.begin(), part.end()); }));
    CHECK(content == "what the file says");
}

}  // namespace sparekey::tests
