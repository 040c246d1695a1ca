// What a removed device writes to a server that came back from before its removal.
#include "core/codec/codec.h"
#include "tests/simulation/backed_up.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

namespace sparekey::tests {
namespace {

void write_body(SimulatedDevice& device, core::Record record, core::RecordBody body) {
    ++record.version;
    REQUIRE(device.vault().sealer().seal(record, body));
    const auto row = device.records().index_row(record.id);
    const auto transaction = device.records().begin();
    transaction->put(record, record.type == core::RecordType::item ? &*row : nullptr);
    transaction->commit();
}

/// The item's record becomes a chunk of an attachment of another one, as only a device that lies
/// does it.
void write_as_part(SimulatedDevice& device, const core::RecordId& item, const core::RecordId& of) {
    core::Record record = *device.records().load(item);
    record.type = core::RecordType::attachment;
    record.parent = of;
    core::AttachmentChunk chunk{of, 0, core::SecretBytes::copy_of(core::bytes_of("planted"))};
    const auto transaction = device.records().begin();
    transaction->remove(item);
    transaction->commit();
    write_body(device, record, {encode(chunk), core::kItemSchema});
}

}  // namespace

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
    CHECK(refused.error().code == core::ErrorCode::refused);
}

TEST_CASE("what a member entered stays though a device that was removed changed it after that",
          "[simulation][reseed][mutant:members-values]") {
    BackedUp there;
    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    third.join();
    for (SimulatedDevice* const device : {&third, &there.first}) REQUIRE(*device->sync());
    there.backup = there.server;
    REQUIRE(remove(there.first, there.second));
    there.restore_server();
    there.change(third, there.items[1], "by a member");
    const core::RecordId added = there.add(third, "by a member, too");
    REQUIRE(*third.sync());
    REQUIRE(*there.second.sync());
    there.change(there.second, there.items[1], "by the removed one");
    there.change(there.second, added, "by the removed one");
    there.change(there.second, there.items[2], "by the removed one");
    write_as_part(there.second, there.items[0], there.items[1]);
    REQUIRE(*there.second.sync());

    there.server.commits_a_page = GENERATE(std::size_t{1}, std::size_t{100});
    // One that was broken off is begun again.
    if (GENERATE(false, true)) {
        read_history(there.first, there.server);
        read_history(there.first, there.server);
    }
    const auto report = there.reseed(there.first);
    REQUIRE(report);
    const auto told = [&](const core::RecordId& item) {
        return std::ranges::any_of(report->news, [&](const std::string& news) {
            return news.find(item.text()) != std::string::npos;
        });
    };
    CHECK(told(there.items[1]));
    CHECK(told(added));
    CHECK_FALSE(told(there.items[2]));
    REQUIRE(*third.sync());
    for (SimulatedDevice* const device : {&there.first, &third}) {
        there.expect_user(*device, 1, "by the removed one");
        const auto history = device->vault().history(there.items[1]);
        REQUIRE(history);
        CHECK(std::ranges::any_of(*history, [](const core::HistoryLine& line) {
            return core::history_text(line.entry) == "by a member";
        }));
        CHECK(device->vault().item(added)->title == "by a member, too");
        there.expect_user(*device, 2, "");
        there.expect_user(*device, 0, "changed");
        CHECK(device->records().disk.differences.empty());
    }
}

TEST_CASE("what a removed device writes before the roster that removes it is there is refused, too",
          "[simulation][reseed][mutant:writers-since][mutant:due-removed]") {
    BackedUp there;
    REQUIRE(remove(there.first, there.second));
    there.restore_server();
    there.change(there.second, there.items[2], "by the removed one");
    REQUIRE(*there.second.sync());
    Network& network = there.first.network();
    network.meanwhile = [&] {
        network.is_cut = there.first.records().disk.state.count(core::kReseedKey) != 0;
    };
    REQUIRE(!*there.first.reseed());
    network.meanwhile = [] {};
    network.is_cut = false;
    // A roster on the one that lists the removed one.
    SimulatedDevice third(there.keys, "C", &there.time_ms, there.server, there.random);
    const bool somebody_joins = GENERATE(false, true);
    if (somebody_joins) third.join();
    there.server.commits_a_page = 1;
    there.change(there.second, there.items[1], "by the removed one");
    REQUIRE(*there.second.sync());
    if (GENERATE(false, true)) read_history(there.first, there.server);
    REQUIRE(*there.first.sync());
    CHECK_FALSE(there.server.lists(there.second.id()));
    CHECK(there.server.lists(third.id()) == somebody_joins);
    there.expect_user(there.first, 1, "");
    there.expect_user(there.first, 2, "");
    CHECK(there.first.records().disk.differences.empty());
}

TEST_CASE("what a removed device wrote as a newer program does not end a reseed",
          "[simulation][reseed]") {
    BackedUp there;
    REQUIRE(remove(there.first, there.second));
    there.restore_server();
    const std::uint8_t newer = core::kItemSchema + 1;
    write_body(there.second, *there.second.records().load(there.items[1]),
               {core::SecretBytes::copy_of(core::bytes_of("newer")), newer});
    REQUIRE(*there.second.sync());
    REQUIRE(there.reseed(there.first));
    CHECK(there.kept == std::vector<std::string>{"removed-device"});
    CHECK(there.first.vault().item(there.items[1])->title == "two");
    CHECK(there.first.records().disk.differences.empty());
}

}  // namespace sparekey::tests
