// Schedules of a fleet, by seed: whatever happens to messages, processes and clocks, all devices
// end with the same, and nothing is lost. 10,000 of them, in eight kinds.
#include "tests/simulation/fleet.h"

#include <catch2/catch_test_macros.hpp>

#include <iostream>

namespace sparekey::tests {
namespace {

/// What schedules came to do.
struct Done {
    std::size_t syncs = 0;
    std::size_t ended_in_the_middle = 0;
    std::size_t devices_restored = 0;
    std::size_t servers_restored = 0;
    std::size_t file_answers = 0;
    std::size_t rotations_after = 0;  // a server was restored
    std::size_t devices = 0;
    std::size_t set_aside = 0;  // of these
    std::size_t left = 0;       // set aside since somebody removed them
    std::size_t let_in = 0;
    std::size_t removed = 0;
    std::size_t joined_again = 0;
};

void note_deeds(Done& done, const Fleet& fleet) {
    bool restored = false;
    for (const std::string& line : fleet.log()) {
        const auto says = [&](const char* what) { return line.find(what) != std::string::npos; };
        done.syncs += says(" syncs: ");
        done.ended_in_the_middle += says("ends in the middle");
        done.servers_restored += says("the server is restored");
        restored = restored || says("the server is restored");
        done.rotations_after += restored && says(" rotates: ");
        done.set_aside += says("is set aside");
        done.left += says(" is no member any more");
        done.let_in += says(" lets in ");
        done.joined_again += says(" joins again");
        done.removed += says(" removes ") && !says("but no");
        done.devices_restored += says("is restored") && !says("the server");
    }
    done.file_answers += fleet.file_answers();
}

/// Runs one; says what was done if something does not hold.
void run_schedule(std::uint64_t number, const FleetOptions& options, Done& done) {
    Fleet fleet(number, options);
    fleet.run();
    const std::string complaint = fleet.complaint();
    if (!complaint.empty()) {
        for (const std::string& line : fleet.log()) std::cout << line << '\n';
    }
    INFO("schedule " << number);
    REQUIRE(complaint == "");
    note_deeds(done, fleet);
}

Done run_schedules(std::size_t schedules, const FleetOptions& options) {
    Done done;
    const std::uint64_t first = seed();
    for (std::size_t at = 0; at < schedules; ++at) {
        FleetOptions varied = options;
        varied.devices = 2 + (first + at) % 4;
        run_schedule(first + at, varied, done);
        done.devices += varied.devices;
    }
    return done;
}

}  // namespace

TEST_CASE("devices that sync over a good network end with the same", "[simulation]") {
    FleetOptions options;
    options.loses_percent = 0;
    options.crashes = options.skew = options.restores = false;
    const Done done = run_schedules(count(400), options);
    CHECK(done.syncs >= count(400));
    CHECK(done.ended_in_the_middle + done.devices_restored + done.servers_restored == 0);
}

TEST_CASE("devices end with the same whatever gets lost, crashes or has a wrong clock",
          "[simulation]") {
    FleetOptions options;
    options.restores = false;
    CHECK(run_schedules(count(2400), options).ended_in_the_middle > 0);
}

TEST_CASE("a device that is restored from a backup takes nothing back and loses nothing new",
          "[simulation]") {
    CHECK(run_schedules(count(2000), FleetOptions()).devices_restored > 0);
}

/// And nothing that was replaced as a way in opens the account again.
TEST_CASE("devices join later, are removed and change the ways in, and those that are left agree",
          "[simulation][members]") {
    FleetOptions options;
    options.members = true;
    const Done done = run_schedules(count(1200), options);
    std::cout << "members: " << done.let_in << " let in, " << done.removed << " removed, "
              << done.set_aside << " set aside\n";
    CHECK(done.let_in > 0);
    CHECK(done.left > 0);
    CHECK(done.set_aside == done.left);
}

/// Each read of a device is the file's, and must be the memory's: whole databases are compared at
/// the end, too.
TEST_CASE("devices whose vaults lie in files end with the same, and files say what memory says",
          "[simulation][storage]") {
    FleetOptions options;
    options.on_file = true;
    CHECK(run_schedules(count(300), options).file_answers > 0);
}

TEST_CASE("a server that is restored from a backup takes nothing from the devices that reseed",
          "[simulation][reseed]") {
    FleetOptions options;
    options.restores = false;
    options.rotations = false;  // on two sides they are refused
    options.server_restores = true;
    CHECK(run_schedules(count(1400), options).servers_restored > 0);
}

/// Most devices are not concerned by keys that were replaced on two sides.
TEST_CASE(
    "restored servers and rotations together: what goes on in the account loses nothing, and "
    "who was set aside has what it had",
    "[simulation][reseed][rotation]") {
    FleetOptions options;
    options.restores = false;
    options.server_restores = options.rotates_restored = true;
    const Done done = run_schedules(count(1200), options);
    std::cout << "rotations and restored servers: " << done.servers_restored << " restored, "
              << done.rotations_after << " rotations after, " << done.set_aside << " of "
              << done.devices << " devices set aside\n";
    CHECK(done.servers_restored > 0);
    CHECK(done.rotations_after > 0);
    CHECK(done.set_aside < done.devices / 10);
}

/// Whom a server from a backup does not know joins again, unless somebody removed it.
TEST_CASE("restored servers, rotations and members together: what goes on loses nothing",
          "[simulation][reseed][rotation][members]") {
    FleetOptions options;
    options.restores = false;
    options.server_restores = options.rotates_restored = options.members = true;
    const Done done = run_schedules(count(1100), options);
    std::cout << "members and restored servers: " << done.let_in << " let in, " << done.removed
              << " removed, " << done.joined_again << " joined again, " << done.set_aside
              << " set aside, " << done.left << " of them removed\n";
    CHECK(done.servers_restored > 0);
    if (count(1100) >= 250) CHECK(done.joined_again > 0);  // one of 25 schedules
    CHECK(done.set_aside - done.left <= 3 + done.devices / 10);
}

}  // namespace sparekey::tests
