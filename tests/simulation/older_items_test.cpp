// Items that an older program wrote (schema 1 of their bodies): read, synced, given new keys,
// merged and, by the next change, written anew.
#include "tests/simulation/lied_to.h"
#include "tests/support/wide_item.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

std::uint8_t schema_of(SimulatedDevice& device, const core::RecordId& item) {
    const auto body = device.vault().sealer().open(*device.records().load(item));
    REQUIRE(body);
    return body->schema;
}

/// As if the device's program were the older one.
void write_older(SimulatedDevice& device, const core::RecordId& item) {
    core::Record record = *device.records().load(item);
    const auto row = device.records().index_row(item);
    const auto state = device.vault().state(item);
    REQUIRE(row);
    REQUIRE(state);
    REQUIRE(device.vault().sealer().seal(record, core::RecordBody{wide_item(*state), 1}));
    const auto transaction = device.records().begin();
    transaction->put(record, &*row);
    transaction->commit();
    REQUIRE(schema_of(device, item) == 1);
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

}  // namespace sparekey::tests
