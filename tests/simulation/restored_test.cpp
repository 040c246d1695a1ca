// What is begun anew: a device from a backup that is older than what it has sent since, and a first
// snapshot that was broken off.
#include "tests/simulation/attachments.h"
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

namespace sparekey::tests {
namespace {

void destroy(SimulatedDevice& device, const core::RecordId& item) {
    REQUIRE(device.vault().put_in_trash(item));
    REQUIRE(device.vault().empty_trash());
    REQUIRE(*device.sync());
}

/// On the first device, that destroyed it: as the third changed it, with the file that it had.
void expect_back_with_file(Pair& pair, const core::RecordId& item) {
    REQUIRE(*pair.first.sync());
    const auto back = pair.first.vault().item(item);
    REQUIRE(back);
    CHECK(back->username == "here");
    REQUIRE(back->attachments.size() == 1);
    CHECK(content_of(pair.first, item, back->attachments[0]) == "what file says");
}

/// Leaves the chunks, which `device` knows, to a page of their own: it is returned.
core::SnapshotPage split_off_chunks(core::SnapshotPage& page, SimulatedDevice& device) {
    auto& records = page.records;
    const auto is_no_chunk = [&](const core::RecordBlob& record) {
        return device.records().load(record.id)->type != core::RecordType::attachment;
    };
    const auto chunk = std::stable_partition(records.begin(), records.end(), is_no_chunk);
    core::SnapshotPage chunks{page.head, {chunk, records.end()}, false};
    records.erase(chunk, records.end());
    page.more = true;
    return chunks;
}

}  // namespace

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
    destroy(first, item);

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

TEST_CASE("a restored device does not bring back a way in that was removed since it sent it",
          "[simulation][mutant:taken-slots]") {
    Pair pair;
    pair.server.commits_a_page = GENERATE(std::size_t{1}, std::size_t{100});
    REQUIRE(*pair.second.sync());
    const core::Bytes without = pair.second.slots();
    pair.second.replace_slot(core::SlotKind::key_file);
    const SimulatedDevice::Disk backup = pair.second.disk();
    REQUIRE(*pair.second.sync());
    REQUIRE(*pair.first.sync());
    REQUIRE(pair.first.slots() != without);
    pair.first.remove_slots(core::SlotKind::key_file);
    REQUIRE(*pair.first.sync());
    REQUIRE(pair.server.parts().slots == without);

    pair.time_ms += 60'000;
    pair.second.put_back(backup);
    REQUIRE(pair.second.slots() != without);
    SECTION("as it was sent, it goes") {
        REQUIRE(*pair.second.sync());
        CHECK(pair.second.slots() == without);
    }
    SECTION("nor where its history is read from the beginning") {
        read_history(pair.second, pair.server);
        REQUIRE(*pair.second.sync());
        CHECK(pair.second.slots() == without);
    }
    SECTION("nor does it take one that was added beside it, as of a kind that both sides changed") {
        pair.second.add_slot(core::SlotKind::key_file);
        const auto report = *pair.second.sync();
        REQUIRE(report);
        CHECK(std::ranges::count_if(report->news, [](const std::string& news) {
                  return news.find("add it again with `sparekey slots add`") != std::string::npos;
              }) == 1);
        CHECK(pair.second.slots() == without);
    }
    REQUIRE(*pair.first.sync());
    CHECK(pair.first.slots() == pair.second.slots());
    CHECK(pair.server.parts().slots == pair.second.slots());
}

TEST_CASE("an item that was changed during a broken-off snapshot keeps its attachments",
          "[simulation][mutant:snapshot-parts]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    attach(pair.first, item, "file", "what file says");
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
        destroy(pair.first, item);
        page.head = pair.server.head();
    };
    REQUIRE(pair.sync(third, server));
    CHECK(pages > 2);
    expect_back_with_file(pair, item);
}

TEST_CASE("an item of a snapshot is not there before its attachments",
          "[simulation][mutant:late-chunks]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    attach(pair.first, item, "file", "what file says");
    REQUIRE(*pair.first.sync());
    SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random);
    third.join();
    LyingServer server(pair.server);
    int pages = 0;
    core::SnapshotPage chunks;
    std::function<void(core::SnapshotPage&)> then;
    server.on_snapshot = [&](core::SnapshotPage& page) {
        ++pages;
        if (pages == 1) chunks = split_off_chunks(page, pair.first);
        if (pages == 2) then(page);
    };

    SECTION("with the last page it is") {
        then = [&](core::SnapshotPage& page) {
            CHECK(third.vault().item(pair.items[1]));
            CHECK_FALSE(third.vault().item(item));
            page = chunks;
        };
        REQUIRE(pair.sync(third, server));
        CHECK(pages == 2);
        const auto whole = third.vault().item(item);
        REQUIRE(whole);
        CHECK(content_of(third, item, whole->attachments.at(0)) == "what file says");
    }
    SECTION("broken off, it cannot be changed, and what is destroyed then comes back in no half") {
        then = [&](core::SnapshotPage& page) {
            core::ItemPatch patch;
            patch.username = "here";
            CHECK_FALSE(third.vault().edit(item, patch));
            destroy(pair.first, item);
            page.head = pair.server.head();
        };
        REQUIRE(pair.sync(third, server));
        CHECK(pages > 2);
        REQUIRE(*pair.first.sync());
        CHECK_FALSE(pair.first.vault().item(item));
    }
    SECTION("what was changed here keeps its value until then, and comes back with what it has") {
        server.on_snapshot = [&](core::SnapshotPage& page) {
            ++pages;
            if (pages == 1) page.more = true;
            if (pages == 2) {
                pair.change(third, item, "here");
                attach(pair.first, item, "other", "what other says");
                REQUIRE(*pair.first.sync());
            }
            if (pages == 3) split_off_chunks(page, pair.first);
            if (pages == 4) {
                CHECK(third.vault().item(item)->attachments.size() == 1);
                destroy(pair.first, item);
            }
            page.head = pair.server.head();
        };
        REQUIRE(pair.sync(third, server));
        CHECK(pages > 4);
        expect_back_with_file(pair, item);
    }
    CHECK(third.records().disk.differences.empty());
    CHECK(third.records().disk.records.size() == pair.server.record_count());
    for (const auto& [key, value] : third.records().disk.state)
        CHECK_FALSE(key.starts_with("late/"));
}

TEST_CASE("a sync that sends again what had arrived fetches what came since", "[simulation]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    pair.change(pair.second, pair.items[1], "sent");
    LyingServer cut_off(pair.server);
    cut_off.loses_answers = true;
    const std::uint64_t before = pair.server.head().n;
    CHECK_FALSE(pair.sync(pair.second, cut_off));
    REQUIRE(pair.server.head().n == before + 1);
    pair.change(pair.first, pair.items[2], "since");
    REQUIRE(*pair.first.sync());
    pair.time_ms += 1000;
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.vault().item(pair.items[2])->username == "since");
    CHECK(pair.second.records().disk.differences.empty());
}

}  // namespace sparekey::tests
