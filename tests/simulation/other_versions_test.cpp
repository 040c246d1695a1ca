// Items that an older program wrote (schema 1 of their bodies): read, synced, given new keys,
// merged and, by the next change, written anew. And records that a newer one wrote: kept, told of,
// and read after an update.
#include "tests/simulation/lied_to.h"
#include "tests/support/wide_item.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace sparekey::tests {
namespace {

std::uint8_t schema_of(SimulatedDevice& device, const core::RecordId& item) {
    const auto body = device.vault().sealer().open(*device.records().load(item));
    REQUIRE(body);
    return body->schema;
}

/// As if the device's program were another one.
void write_as(SimulatedDevice& device, const core::RecordId& item, core::RecordBody body) {
    core::Record record = *device.records().load(item);
    const auto row = device.records().index_row(item);
    REQUIRE(row);
    ++record.version;
    REQUIRE(device.vault().sealer().seal(record, body));
    const auto transaction = device.records().begin();
    transaction->put(record, &*row);
    transaction->commit();
}

void write_older(SimulatedDevice& device, const core::RecordId& item) {
    const auto state = device.vault().state(item);
    REQUIRE(state);
    write_as(device, item, {wide_item(*state), 1});
    REQUIRE(schema_of(device, item) == 1);
}

void write_newer(SimulatedDevice& device, const core::RecordId& item) {
    write_as(
        device, item,
        {core::SecretBytes::copy_of(core::bytes_of("of the time to come")), core::kItemSchema + 1});
}

/// As an older program keeps what it cannot read.
void leave_unread(SimulatedDevice& device, const core::RecordId& item) {
    core::Record record = *device.records().load(item);
    record.type = core::RecordType::unreadable;
    const auto transaction = device.records().begin_sync();
    transaction->remove_from_account(item);
    transaction->put_from_account(record, nullptr);
    transaction->remove_state("read-as");
    transaction->commit();
}

bool tells_of_a_newer_one(const sync::SyncReport& report) {
    return std::ranges::any_of(report.news, [](const std::string& line) {
        return line.find("was written by a newer Sparekey") != std::string::npos;
    });
}

void expect_username(SimulatedDevice& device, const core::RecordId& item,
                     const std::string& username) {
    const auto present = device.vault().item(item);
    REQUIRE(present);
    CHECK(present->username == username);
}

}  // namespace

TEST_CASE("an item that an older program wrote is read, synced and written anew by a change",
          "[simulation]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    REQUIRE(*pair.second.sync());
    pair.change(pair.first, item, "older");
    write_older(pair.first, item);
    expect_username(pair.first, item, "older");
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    CHECK(schema_of(pair.second, item) == 1);
    expect_username(pair.second, item, "older");

    pair.change(pair.second, item, "newer");
    CHECK(schema_of(pair.second, item) == core::kItemSchema);
    REQUIRE(*pair.second.sync());
    REQUIRE(*pair.first.sync());
    expect_username(pair.first, item, "newer");
}

TEST_CASE("what an older program wrote here is merged with what a newer one wrote elsewhere",
          "[simulation]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    REQUIRE(*pair.second.sync());
    pair.change(pair.first, item, "older");
    write_older(pair.first, item);
    core::ItemPatch patch;
    patch.notes = core::SecretText::copy_of("elsewhere");
    REQUIRE(pair.second.vault().edit(item, patch));
    for (SimulatedDevice* const device : {&pair.second, &pair.first, &pair.second}) {
        REQUIRE(*device->sync());
    }
    for (SimulatedDevice* const device : {&pair.first, &pair.second}) {
        expect_username(*device, item, "older");
        CHECK(device->vault().item(item)->notes.expose() == "elsewhere");
        CHECK(schema_of(*device, item) == core::kItemSchema);
    }
}

// It is sealed again, under the new keys, as it is.
TEST_CASE(
    "an item that an older program wrote goes to the account under new keys, and stays what it is",
    "[simulation][rotation]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    REQUIRE(*pair.second.sync());
    core::RosterWish wish;
    wish.rotation = pair.second.new_rotation();
    REQUIRE(*pair.second.sync({}, wish));
    pair.change(pair.first, item, "older");
    write_older(pair.first, item);
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.records().load(item)->epoch == 2);
    CHECK(schema_of(pair.second, item) == 1);
    expect_username(pair.second, item, "older");
}

// A device that lies could write anything as that, so very many are held, as if they were deleted.
TEST_CASE("items that a newer program wrote are kept and told of, and very many are held",
          "[simulation]") {
    constexpr std::size_t kMoreThanMayGo = 60;
    Pair pair;
    std::vector<core::RecordId> items;
    for (std::size_t at = 0; at < kMoreThanMayGo; ++at) {
        items.push_back(Pair::add(pair.first, "item"));
    }
    for (SimulatedDevice* const device : {&pair.first, &pair.second}) REQUIRE(*device->sync());
    for (const core::RecordId& item : items) write_newer(pair.first, item);
    REQUIRE(*pair.first.sync());
    const auto held = *pair.second.sync();
    REQUIRE(held);
    CHECK(held->held == kMoreThanMayGo);
    for (const core::RecordId& item : items) CHECK(pair.second.vault().item(item));
    core::Permissions yes;
    yes.mass_deletion = true;
    const auto report = *pair.second.sync(yes);
    REQUIRE(report);
    CHECK(tells_of_a_newer_one(*report));
    CHECK(report->news.size() < 10);
    for (const core::RecordId& item : items) {
        CHECK(pair.second.records().load(item)->blob == pair.first.records().load(item)->blob);
    }

    SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random);
    third.join();
    const auto joined = *third.sync();
    REQUIRE(joined);
    CHECK(tells_of_a_newer_one(*joined));
}

// The program of now is the newer one of then: what it finds is what the older one had left.
TEST_CASE("what could not be read is read by the first sync after an update",
          "[simulation][mutant:read-again]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    REQUIRE(*pair.second.sync());
    leave_unread(pair.second, item);
    CHECK_FALSE(pair.second.vault().item(item));
    REQUIRE(*pair.second.sync());
    expect_username(pair.second, item, "changed");
    CHECK(pair.second.records().disk.differences.empty());
    CHECK(pair.second.records().unreadable().empty());
    pair.change(pair.second, item, "again");
    REQUIRE(*pair.second.sync());
    REQUIRE(*pair.first.sync());
    expect_username(pair.first, item, "again");
}

TEST_CASE("what is damaged on the disk does not keep the rest from being read after an update",
          "[simulation]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    for (const core::RecordId& item : pair.items) leave_unread(pair.second, item);
    pair.second.records().damaged = {pair.items[1]};
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.vault().item(pair.items[0]));
    CHECK(pair.second.vault().item(pair.items[2]));
    CHECK(pair.second.records().unreadable() == std::vector{pair.items[1]});
}

TEST_CASE("what a newer program changed keeps its files, although it was destroyed here",
          "[simulation]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    attach(pair.first, item, "file", "what file says");
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    REQUIRE(pair.second.vault().put_in_trash(item));
    REQUIRE(pair.second.vault().empty_trash());
    write_newer(pair.first, item);
    for (SimulatedDevice* const device : {&pair.first, &pair.second, &pair.first}) {
        REQUIRE(*device->sync());
    }
    for (SimulatedDevice* const device : {&pair.first, &pair.second}) {
        CHECK(device->records().contains(item));
        CHECK(device->records().children(item, core::RecordType::attachment).size() == 1);
    }
}

// A device on a file, where a record's type and parent lie beside its blob.
TEST_CASE("a part that a newer program wrote, and later an older one, has its place again",
          "[simulation][storage]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    attach(pair.first, item, "file", "what file says");
    const auto chunk = pair.first.records().children(item, core::RecordType::attachment)[0].id;
    const auto body = pair.first.vault().sealer().open(*pair.first.records().load(chunk));
    REQUIRE(body);
    const auto write_chunk_as = [&](std::uint8_t schema) {
        core::Record record = *pair.first.records().load(chunk);
        ++record.version;
        REQUIRE(pair.first.vault().sealer().seal(record, {body->bytes.clone(), schema}));
        const auto transaction = pair.first.records().begin();
        transaction->put(record, nullptr);
        transaction->commit();
        REQUIRE(*pair.first.sync());
    };
    write_chunk_as(2);
    SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random, true);
    third.join();
    REQUIRE(*third.sync());
    CHECK(third.records().unreadable() == std::vector{chunk});
    write_chunk_as(1);
    REQUIRE(*third.sync());
    const auto there = third.vault().item(item);
    REQUIRE(there);
    CHECK(content_of(third, item, there->attachments[0]) == "what file says");
    CHECK(third.file_complaint() == "");
}

// A clock that was set so far ahead, or a device that wishes the item ill.
TEST_CASE("an item from the end of all time is read, and not changed into what nobody reads",
          "[simulation]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    auto state = pair.first.vault().state(item);
    REQUIRE(state);
    core::Context late = state->context;
    late.add(core::Stamp{core::kLastInstant, pair.second.id()});
    state->context = late;
    write_as(pair.first, item, {core::encode(*state), core::kItemSchema});
    core::ItemPatch patch;
    patch.username = "later";
    const auto edited = pair.first.vault().edit(item, patch);
    REQUIRE(!edited);
    CHECK(edited.error().code == core::ErrorCode::usage);
    expect_username(pair.first, item, "changed");
}

}  // namespace sparekey::tests
