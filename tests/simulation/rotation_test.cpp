// Every key replaced: who stays goes on, who left reads nothing that is new, and whoever was away
// for two of them catches up.
#include "core/codec/codec.h"
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

core::Result<sync::SyncReport> rotate_without(
    SimulatedDevice& device, std::optional<core::DeviceId> removed = std::nullopt) {
    core::RosterWish wish;
    wish.remove = removed;
    wish.rotation = device.new_rotation();
    return *device.sync({}, wish);
}

}  // namespace

TEST_CASE("a rotation reaches the devices that stay, and its maker", "[simulation][rotation]") {
    Pair pair;
    REQUIRE(rotate_without(pair.first));
    CHECK(pair.first.generation() == 2);
    CHECK(pair.server.chain().roster.epoch == 2);
    pair.change(pair.first, pair.items[1], "after");
    REQUIRE(*pair.first.sync());
    const auto report = *pair.second.sync();
    REQUIRE(report);
    REQUIRE(report->news.size() == 1);
    CHECK(report->news[0].starts_with("every key of the account was replaced"));
    CHECK(pair.second.generation() == 2);
    CHECK(pair.second.vault().item(pair.items[1])->username == "after");
    // What was not written since is still read by the old keys, and written by the new ones.
    pair.change(pair.second, pair.items[2], "by the other");
    REQUIRE(*pair.second.sync());
    REQUIRE(*pair.first.sync());
    CHECK(pair.first.vault().item(pair.items[2])->username == "by the other");
    CHECK(pair.first.vault().item(pair.items[0])->username == "changed");
}

TEST_CASE("a rotation of which the answer was lost is told by the sync that ends it",
          "[simulation][rotation]") {
    Pair pair;
    LyingServer server(pair.server);
    server.loses_answers = true;
    sync::SyncOptions options;
    options.wish.rotation = pair.first.new_rotation();
    options.wish.exposed = {pair.items[0]};
    const auto broken_off =
        sync::synchronize(pair.first.replica(), server, pair.first.clock(), pair.random, options);
    REQUIRE(!broken_off);
    CHECK(broken_off.error().code == core::ErrorCode::offline);
    const auto expect_exposed = [&](core::ExposureStage stage, bool told) {
        const auto exposed = pair.first.replica().exposure();
        REQUIRE(exposed);
        REQUIRE(exposed->has_value());
        CHECK((*exposed)->stage == stage);
        CHECK((*exposed)->told == told);
        REQUIRE((*exposed)->items.size() == 1);
        CHECK((*exposed)->items[0].id == pair.items[0]);
    };
    expect_exposed(core::ExposureStage::unfinished, false);
    const auto report = *pair.first.sync();
    REQUIRE(report);
    REQUIRE(report->news.size() == 1);
    CHECK(report->news[0].starts_with("every key of the account was replaced, as this device"));
    CHECK(pair.first.generation() == 2);
    expect_exposed(core::ExposureStage::done, false);
    const auto again = *pair.first.sync();
    REQUIRE(again);
    CHECK(again->news.empty());
    REQUIRE(pair.first.replica().exposure_told());
    expect_exposed(core::ExposureStage::done, true);
    REQUIRE(rotate_without(
        pair.first));  // and one that ends as it should is told by whoever asked for it
}

TEST_CASE("a device that was removed with a rotation opens nothing that came after it",
          "[simulation][rotation]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    REQUIRE(rotate_without(pair.first, pair.second.id()));
    pair.change(pair.first, pair.items[1], "after");
    REQUIRE(*pair.first.sync());
    const auto refused = *pair.second.sync();
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::refused);
    CHECK(pair.second.generation() == 1);
    CHECK(pair.server.chain().roster.grant_of(pair.second.id()) == nullptr);
    // Even with the blob in its hands.
    const core::SnapshotPage all = pair.server.snapshot(std::nullopt);
    std::size_t opened = 0;
    for (const core::RecordBlob& blob : all.records) {
        core::Record record;
        record.id = blob.id;
        record.version = blob.version;
        record.blob = blob.blob;
        const bool opens = pair.second.vault().sealer().open_unknown(record).has_value();
        CHECK(opens == (blob.id != pair.items[1]));
        opened += opens ? 1 : 0;
    }
    CHECK(opened == all.records.size() - 1);
}

TEST_CASE("what was written between two rotations comes, though only the last keyring is served",
          "[simulation][rotation][mutant:late-blobs]") {
    Pair pair;
    pair.server.commits_a_page = 1;
    REQUIRE(*pair.second.sync());
    REQUIRE(rotate_without(pair.first));
    pair.change(pair.first, pair.items[0], "theirs");
    pair.change(pair.first, pair.items[1], "alone");
    REQUIRE(*pair.first.sync());
    REQUIRE(rotate_without(pair.first));
    pair.change(pair.second, pair.items[0], "ours");
    REQUIRE(*pair.second.sync());
    REQUIRE(*pair.first.sync());
    for (SimulatedDevice* const device : {&pair.first, &pair.second}) {
        CHECK(device->generation() == 3);
        CHECK(device->vault().item(pair.items[1])->username == "alone");
        const auto conflicts = device->vault().conflicts(pair.items[0]);
        REQUIRE(conflicts);
        CHECK(conflicts->size() == 1);  // of both values
        CHECK(device->records().disk.differences.empty());
        CHECK(device->records().disk.state.count("rotation") == 0);
        for (const auto& [key, value] : device->records().disk.state) {
            CHECK_FALSE(key.starts_with("late/"));
        }
    }
}

TEST_CASE("what waited for its key is not taken for the newer version that comes with the key",
          "[simulation][rotation]") {
    Pair pair;
    pair.server.commits_a_page = 2;
    REQUIRE(*pair.second.sync());
    const std::uint64_t known = pair.server.head().n;
    const auto write = [&](std::size_t item, const std::string& value) {
        pair.change(pair.first, pair.items[item], value);
        REQUIRE(*pair.first.sync());
    };
    const auto take_page = [&](std::uint64_t after) {
        const auto applied = pair.second.replica().apply(pair.server.pull(after), {}, {});
        REQUIRE(applied);
        CHECK_FALSE(applied->at_head);
    };
    REQUIRE(rotate_without(pair.first));
    write(0, "between");
    REQUIRE(rotate_without(pair.first));
    // The record waits for its key: the keyring is the second rotation's.
    take_page(known);
    REQUIRE(pair.second.generation() == 1);
    REQUIRE(pair.second.records().disk.state.count("late/" + pair.items[0].text()) == 1);
    write(0, "after");
    write(1, "alone");
    write(0, "last");
    // The key comes with a version whose blob is not served any more, since a newer one is.
    take_page(known + 2);
    CHECK(pair.second.generation() == 3);
    const auto meanwhile = pair.second.vault().item(pair.items[0]);
    REQUIRE(meanwhile);
    CHECK(meanwhile->username == "changed");
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.vault().item(pair.items[0])->username == "last");
    CHECK(pair.second.vault().item(pair.items[1])->username == "alone");
    CHECK(pair.second.records().disk.differences.empty());
    CHECK(pair.second.records().disk.state.count("late/" + pair.items[0].text()) == 0);
}

TEST_CASE("while the keys of a rotation are on their way, nothing is made to be sent",
          "[simulation][rotation][mutant:parts-here]") {
    Pair pair;
    pair.server.commits_a_page = 1;
    REQUIRE(*pair.second.sync());
    const std::uint64_t known = pair.server.head().n;
    REQUIRE(rotate_without(pair.first));
    REQUIRE(rotate_without(pair.first));
    pair.change(pair.second, pair.items[0], "ours");
    // The first page only: its keyring is the second rotation's.
    const auto applied = pair.second.replica().apply(pair.server.pull(known), {}, {});
    REQUIRE(applied);
    REQUIRE_FALSE(applied->at_head);
    CHECK(pair.second.generation() == 1);
    const auto nothing = pair.second.replica().next_push({});
    REQUIRE(nothing);
    CHECK_FALSE(nothing->has_value());
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.generation() == 3);
    REQUIRE(*pair.first.sync());
    CHECK(pair.first.vault().item(pair.items[0])->username == "ours");
}

TEST_CASE("an account that is made waits for no keys of one before it", "[simulation][rotation]") {
    Pair pair;
    SimulatedServer other;
    SimulatedDevice alone(pair.keys, "C", &pair.time_ms, other, pair.random);
    const core::RecordId item = pair.add(alone, "alone");
    const auto transaction = alone.records().begin_sync();
    transaction->put_state(core::kRotationKey, encode(pair.server.chain().roster));
    transaction->commit();
    alone.found();
    REQUIRE(*alone.sync());
    CHECK(alone.records().disk.differences.empty());
    CHECK(other.record_count() == alone.records().disk.records.size());
    CHECK(alone.records().contains(item));
    CHECK(alone.records().disk.state.count(core::kRotationKey) == 0);
}

TEST_CASE("a rotation that was made before the keys changed elsewhere is not carried out",
          "[simulation][rotation][mutant:rotation-base]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    core::RosterWish wish;
    wish.rotation = pair.first.new_rotation();
    REQUIRE(rotate_without(pair.second));
    const auto late = *pair.first.sync({}, wish);
    REQUIRE(!late);
    CHECK(late.error().code == core::ErrorCode::conflict);
    CHECK(pair.server.chain().roster.generation == 2);
    REQUIRE(rotate_without(pair.first));
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.generation() == 3);
}

TEST_CASE("a rotation whose keyring lacks keys that are here is refused",
          "[simulation][rotation][mutant:rotation-keyring]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    core::Keyring other = *core::decode_keyring(encode(pair.keys.keyring).expose());
    other.epochs.front() = core::EpochKey::random(pair.random);
    const core::RosterParts parts{encode(pair.keys.slots), pair.keys.sealed_keyring};
    core::RosterWish wish;
    wish.rotation = std::make_shared<const core::Rotation>(
        *core::make_rotation({pair.keys.slots, other, parts}, {}, 1, pair.random));
    REQUIRE(*pair.first.sync({}, wish));
    const auto refused = *pair.second.sync();
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    CHECK(pair.second.generation() == 1);
    CHECK(pair.second.vault().item(pair.items[0])->username == "changed");
}

TEST_CASE("a rotation's bytes are those of one rotation only", "[simulation][rotation]") {
    Pair pair;
    const auto rotation = pair.first.new_rotation();
    const core::SecretBytes bytes = encode(*rotation);
    const auto again = core::decode_rotation(bytes.expose());
    REQUIRE(again);
    CHECK(core::equal_constant_time(again->key.expose(), rotation->key.expose()));
    CHECK(again->parts == rotation->parts);
    CHECK(again->replaced == rotation->replaced);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(core::decode_rotation(bytes.expose().first(size)));
    }
}

}  // namespace sparekey::tests
