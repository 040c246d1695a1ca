// A device that comes back from a backup which is older than what it has sent since.
#include "tests/simulation/simulated_device.h"

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
    const MemoryRecords::Disk backup = second.records().disk;
    REQUIRE(*second.sync());

    REQUIRE(*first.sync());
    REQUIRE(first.vault().put_in_trash(item));
    REQUIRE(first.vault().empty_trash());
    REQUIRE(*first.sync());

    time_ms += 60'000;  // another commit than the one that it sent before
    second.records().disk = backup;
    second.restart();

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

}  // namespace sparekey::tests
