// Schedules of a fleet, by seed: whatever happens to messages, processes and clocks, all devices
// end with the same, and nothing is lost.
#include "tests/simulation/fleet.h"

#include <catch2/catch_test_macros.hpp>

#include <iostream>

namespace sparekey::tests {
namespace {

/// Runs one; says what was done if something does not hold.
void run_schedule(std::uint64_t number, const FleetOptions& options) {
    Fleet fleet(number, options);
    fleet.run();
    const std::string complaint = fleet.complaint();
    if (!complaint.empty()) {
        for (const std::string& line : fleet.log()) std::cout << line << '\n';
    }
    INFO("schedule " << number);
    REQUIRE(complaint == "");
}

void run_schedules(std::size_t schedules, const FleetOptions& options) {
    const std::uint64_t first = seed();
    for (std::size_t at = 0; at < schedules; ++at) {
        FleetOptions varied = options;
        varied.devices = 2 + (first + at) % 4;
        run_schedule(first + at, varied);
    }
}

}  // namespace

TEST_CASE("devices that sync over a good network end with the same", "[simulation]") {
    FleetOptions options;
    options.loses_percent = 0;
    options.crashes = options.skew = options.restores = false;
    run_schedules(count(1000), options);
}

TEST_CASE("devices end with the same whatever gets lost, crashes or has a wrong clock",
          "[simulation]") {
    FleetOptions options;
    options.restores = false;
    run_schedules(count(5000), options);
}

TEST_CASE("a device that is restored from a backup takes nothing back and loses nothing new",
          "[simulation]") {
    run_schedules(count(4000), FleetOptions());
}

/// Each read of a device is the file's, and must be the memory's: whole databases are compared at
/// the end, too.
TEST_CASE("devices whose vaults lie in files end with the same, and files say what memory says",
          "[simulation][storage]") {
    FleetOptions options;
    options.on_file = true;
    run_schedules(count(300), options);
}

TEST_CASE("a server that is restored from a backup takes nothing from the devices that reseed",
          "[simulation][reseed]") {
    FleetOptions options;
    options.restores = false;
    options.rotations = false;  // on two sides they are refused
    options.server_restores = true;
    run_schedules(count(3000), options);
}

}  // namespace sparekey::tests
