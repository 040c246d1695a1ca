// kill -9 on either side at any moment: two devices edit and sync for as long as it lasts, the one
// that syncs, the agent or the server is killed, and nothing that was acknowledged is lost.
#include "tests/support/postgres_cluster.h"
#include "tests/sync/service/busy_device.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>

namespace sparekey::tests {
namespace {

enum class Victim : std::size_t { sync, agent, worker, server };
constexpr std::size_t kVictims = 4;
constexpr std::size_t kKilledItems = 24;  // so that no item's history outgrows what is kept of it
constexpr std::size_t kStrikesBetweenLooks = 50;
constexpr std::size_t kLongestLife = 30'000;  // microseconds: about a sync

class Struggle {
  public:
    Struggle(Landscape& there, const MemberHome& member, const Home& phone);

    /// Until so many have been killed.
    void go_on(std::size_t strikes);
    /// Both devices have the same, and all that was acknowledged is somewhere in it.
    void require_whole();
    std::string summary() const;

  private:
    void round();
    bool strike(Victim victim, BusyDevice& device);
    void mend();

    Landscape& there_;
    SeededRandom random_;
    std::vector<std::string> titles_;
    BusyDevice laptop_;
    BusyDevice phone_;
    std::array<BusyDevice*, 2> devices_{&laptop_, &phone_};
    std::array<std::size_t, kVictims> killed_{};
    std::size_t strikes_ = 0;
    bool server_is_down_ = false;
};

Struggle::Struggle(Landscape& there, const MemberHome& member, const Home& phone)
    : there_(there),
      laptop_(member.home, "laptop", member.write("code", "recovery_code")),
      phone_(phone, "phone", member.home.file("code")) {
    for (std::size_t i = 0; i < kKilledItems; ++i) {
        titles_.push_back("Item " + std::to_string(i));
        REQUIRE(member.home.run_bare({"add", titles_.back()}).status == 0);
    }
    for (const BusyDevice* const device : devices_) REQUIRE(device->sync());
}

bool Struggle::strike(Victim victim, BusyDevice& device) {
    switch (victim) {
        case Victim::sync:
            return device.kill_sync();
        case Victim::agent:
            return device.kill_agent();
        case Victim::worker:
            return device.kill_worker();
        case Victim::server:
            break;
    }
    if (server_is_down_) return false;
    there_.server.kill();
    server_is_down_ = true;
    return true;
}

/// Both edit, both sync and edit at once, and one to four are killed meanwhile.
void Struggle::round() {
    for (BusyDevice* const device : devices_) device->begin_edit(random_, titles_);
    for (BusyDevice* const device : devices_) device->finish();
    for (BusyDevice* const device : devices_) {
        device->begin_sync();
        device->begin_edit(random_, titles_);
    }
    for (std::size_t left = 1 + random_.below(4); left > 0; --left) {
        ::usleep(static_cast<useconds_t>(random_.below(kLongestLife)));
        const auto victim = random_.below(kVictims);
        if (!strike(static_cast<Victim>(victim), *devices_[random_.below(2)])) continue;
        ++killed_[victim];
        ++strikes_;
    }
    for (BusyDevice* const device : devices_) device->finish();
    mend();
}

void Struggle::mend() {
    if (server_is_down_) there_.server.start();
    server_is_down_ = false;
    for (BusyDevice* const device : devices_) device->come_back();
}

void Struggle::go_on(std::size_t strikes) {
    for (std::size_t look = kStrikesBetweenLooks; strikes_ < strikes;) {
        round();
        if (strikes_ < look) continue;
        require_whole();
        look += kStrikesBetweenLooks;
    }
}

void Struggle::require_whole() {
    REQUIRE(laptop_.sync());
    REQUIRE(phone_.sync());
    REQUIRE(laptop_.sync());
    const std::string picture = laptop_.picture();
    REQUIRE(picture == phone_.picture());
    for (const BusyDevice* const device : devices_) {
        for (const Edit& edit : device->acknowledged()) {
            INFO(edit.title << ": " << edit.value);
            REQUIRE(BusyDevice::holds(picture, edit));
        }
        REQUIRE_FALSE(std::filesystem::exists(device->home().state_folder() + "/evidence"));
    }
}

std::string Struggle::summary() const {
    const auto edits = laptop_.acknowledged().size() + phone_.acknowledged().size();
    return "kill -9: " + std::to_string(strikes_) + " moments (" + std::to_string(killed_[0]) +
           " syncs, " + std::to_string(killed_[1]) + " agents, " + std::to_string(killed_[2]) +
           " workers, " + std::to_string(killed_[3]) + " servers), " + std::to_string(edits) +
           " acknowledged edits, none lost\n";
}

void struggle(const std::string& store, std::size_t strikes) {
    Landscape there({}, store);
    const MemberHome member(there);
    const Home phone;
    member.let_in(there, phone);
    {
        Struggle struggle(there, member, phone);
        struggle.go_on(strikes);
        struggle.require_whole();
        std::cout << struggle.summary();
    }
    CHECK(there.server.stop() == 0);
    const Outcome verified = there.server.command({"verify"});
    INFO(verified.err);
    CHECK(verified.status == 0);
}

}  // namespace

TEST_CASE("no acknowledged edit is lost when a sync, an agent or the server is killed",
          "[sync][service][kill]") {
    struggle({}, count(500));
}

TEST_CASE("nor with a server on PostgreSQL", "[sync][service][kill]") {
    struggle(PostgresCluster::uri(PostgresCluster::shared().new_database()), count(100));
}

}  // namespace sparekey::tests
