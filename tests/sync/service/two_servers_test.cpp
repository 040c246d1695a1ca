// Two servers on one database: each tells its devices of what was pushed at the other, and one of
// them may die in the middle of a push.
#include "tests/support/forwarder.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/separate_network.h"
#include "tests/sync/service/busy_device.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <iostream>

namespace sparekey::tests {
namespace {

constexpr std::size_t kLongestWait = 60'000;  // microseconds: a sync takes about half of it

/// One address, which leads the laptop to the first server and the phone, from a network of its
/// own, to the second.
struct TwoServers {
    TwoServers()
        : store(PostgresCluster::uri(PostgresCluster::shared().new_database())),
          there(laptop_way.origin(), store),
          second(store),
          phone_way(network.listen(laptop_way.port()), laptop_way.port()) {
        second.set_origin(there.server.origin());
        second.configure(there.provider.lines());
        second.start();
        laptop_way.lead_to(there.server.port());
        phone_way.lead_to(second.port());
        phone.in_child = [this] { network.enter(); };
        member.emplace(there);
        member->let_in(there, phone);
    }

    std::string store;
    Forwarder laptop_way;
    Landscape there;
    RunningServer second;
    SeparateNetwork network;
    Forwarder phone_way;
    std::optional<MemberHome> member;
    Home phone;
};

void require_whole(const BusyDevice& laptop, const BusyDevice& phone) {
    REQUIRE(laptop.sync());
    REQUIRE(phone.sync());
    const std::string picture = laptop.picture();
    REQUIRE(picture == phone.picture());
    for (const Edit& edit : laptop.acknowledged()) {
        INFO(edit.title << ": " << edit.value);
        REQUIRE(BusyDevice::holds(picture, edit));
    }
}

}  // namespace

TEST_CASE("what is pushed at one server is told by the other, and fetched from it",
          "[sync][service][servers]") {
    const SeparateNetwork allowed;
    if (!allowed.reason().empty()) SKIP(allowed.reason());
    const TwoServers two;
    const Home& laptop = two.member->home;
    for (const Home* const home : {&laptop, &two.phone}) {
        REQUIRE(home->run({"unlock"}).status == 0);
    }
    {
        RunningCommand here(laptop, {"sync", "--watch"});
        RunningCommand elsewhere(two.phone, {"sync", "--watch"});
        REQUIRE(here.line());
        REQUIRE(elsewhere.line());
        REQUIRE(laptop.run_bare({"add", "Bank", "--username", "laptop"}).status == 0);
        CHECK(comes_to(two.phone, "Bank", "laptop"));
        REQUIRE(two.phone.run_bare({"add", "Post", "--username", "phone"}).status == 0);
        CHECK(comes_to(laptop, "Post", "phone"));
    }
    CHECK(two.laptop_way.connections() > 0);
    CHECK(two.phone_way.connections() > 0);
    for (const Home* const home : {&laptop, &two.phone}) {
        CHECK(home->run_bare({"agent", "--stop"}).status == 0);
    }
}

TEST_CASE("one of two servers dies in the middle of a push, and the other one goes on",
          "[sync][service][servers][kill]") {
    const SeparateNetwork allowed;
    if (!allowed.reason().empty()) SKIP(allowed.reason());
    TwoServers two;
    SeededRandom random;
    const std::string code = two.member->write("code", "recovery_code");
    BusyDevice laptop(two.member->home, "laptop", code);
    BusyDevice phone(two.phone, "phone", code);
    const std::size_t deaths = count(40);
    for (std::size_t i = 0; i < deaths; ++i) {
        laptop.begin_edit(random, {"GitHub"});
        laptop.finish();
        laptop.begin_sync();
        phone.begin_sync();
        ::usleep(static_cast<useconds_t>(random.below(kLongestWait)));
        two.there.server.kill();
        two.laptop_way.lead_to(two.second.port());
        laptop.finish();
        phone.finish();
        require_whole(laptop, phone);
        two.there.server.start();
        two.laptop_way.lead_to(two.there.server.port());
    }
    std::cout << "two servers: " << deaths << " deaths of one, " << laptop.acknowledged().size()
              << " acknowledged edits, none lost\n";
    CHECK(two.second.stop() == 0);
    CHECK(two.there.server.stop() == 0);
    CHECK(two.second.command({"verify"}).status == 0);
}

}  // namespace sparekey::tests
