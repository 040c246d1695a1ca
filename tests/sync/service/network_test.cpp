// A network that fails: in the middle of a sync, for a while, without a word. Edits do not mind,
// and what could not be sent goes as soon as it can.
#include "tests/support/forwarder.h"
#include "tests/support/separate_network.h"
#include "tests/sync/service/busy_device.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include <iostream>

namespace sparekey::tests {
namespace {

constexpr std::size_t kLongestLink = 60'000;     // microseconds: a sync takes about half of it
constexpr std::size_t kLongestOutage = 300'000;  // microseconds
using Link = SeparateNetwork::Link;

/// A laptop that is always connected, and a phone on a network that fails.
struct Journey {
    Journey()
        : member(there),
          air(network.listen(there.server.port()), there.server.port()),
          code(member.write("code", "recovery_code")) {
        air.lead_to(there.server.port());
        phone.in_child = [this] { network.enter(); };
        member.let_in(there, phone);
    }

    Landscape there;
    MemberHome member;
    SeparateNetwork network;
    Forwarder air;
    Home phone;
    std::string code;
};

void require_equal(const BusyDevice& laptop, const BusyDevice& phone) {
    REQUIRE(phone.sync());
    REQUIRE(laptop.sync());
    REQUIRE(phone.sync());
    const std::string picture = phone.picture();
    REQUIRE(picture == laptop.picture());
    for (const BusyDevice* const device : {&laptop, &phone}) {
        for (const Edit& edit : device->acknowledged()) {
            INFO(edit.title << ": " << edit.value);
            REQUIRE(BusyDevice::holds(picture, edit));
        }
    }
}

}  // namespace

TEST_CASE("a link that fails in the middle of syncs delays them, and every edit goes on",
          "[sync][service][network]") {
    const SeparateNetwork allowed;
    if (!allowed.reason().empty()) SKIP(allowed.reason());
    const Journey journey;
    SeededRandom random;
    BusyDevice laptop(journey.member.home, "laptop", journey.code);
    BusyDevice phone(journey.phone, "phone", journey.code);
    const std::size_t outages = count(30);
    for (std::size_t i = 0; i < outages; ++i) {
        for (BusyDevice* const device : {&laptop, &phone}) device->begin_edit(random, {"GitHub"});
        laptop.finish();
        phone.finish();
        laptop.begin_sync();
        phone.begin_sync();
        ::usleep(static_cast<useconds_t>(random.below(kLongestLink)));
        journey.network.set(Link::down);
        const std::size_t before = phone.acknowledged().size();
        phone.begin_edit(random, {"GitHub"});
        phone.finish_edit();
        REQUIRE(phone.acknowledged().size() == before + 1);
        ::usleep(static_cast<useconds_t>(random.below(kLongestOutage)));
        journey.network.set(Link::up);
        phone.finish();
        laptop.finish();
    }
    journey.network.set(Link::down);
    CHECK(journey.phone.run_bare({"sync"}).status == 7);
    journey.network.set(Link::up);
    require_equal(laptop, phone);
    const auto edits = laptop.acknowledged().size() + phone.acknowledged().size();
    std::cout << "network: " << outages << " outages in the middle of a sync, " << edits
              << " acknowledged edits, none lost\n";
}

TEST_CASE("a server that falls silent is waited for until the deadline, and no edit waits with it",
          "[sync][service][network]") {
    Forwarder line;
    const Landscape there(line.origin());
    line.lead_to(there.server.port());
    const MemberHome member(there);
    REQUIRE(member.home.run({"unlock"}).status == 0);
    line.be_silent(true);
    RunningCommand waiting(member.home, {"sync"});
    REQUIRE(member.home.run_bare({"edit", "GitHub", "--username", "offline"}).status == 0);
    CHECK(member.home.run_bare({"get", "GitHub", "username"}).out == "offline\n");
    const Outcome given_up = waiting.finish();  // which is patient for a minute, not for ever
    INFO(given_up.err);
    CHECK(given_up.status == 7);
    line.be_silent(false);
    CHECK(has(member.home.run_bare({"sync", "--json"}).out, "\"pushed\":"));
    CHECK(has(member.home.run_bare({"status", "--json"}).out, "\"pending\":0"));
    REQUIRE(member.home.run_bare({"agent", "--stop"}).status == 0);
}

TEST_CASE("a watching sync goes on by itself when the link is back", "[sync][service][network]") {
    const SeparateNetwork allowed;
    if (!allowed.reason().empty()) SKIP(allowed.reason());
    const Journey journey;
    const Home& laptop = journey.member.home;
    for (const Home* const home : {&laptop, &journey.phone}) {
        REQUIRE(home->run({"unlock"}).status == 0);
    }
    {
        RunningCommand watching(journey.phone, {"sync", "--watch"});
        REQUIRE(watching.line());
        journey.network.set(Link::down);
        REQUIRE(laptop.run_bare({"add", "Bank", "--username", "laptop"}).status == 0);
        REQUIRE(laptop.run_bare({"sync"}).status == 0);
        REQUIRE(journey.phone.run_bare({"add", "Post", "--username", "phone"}).status == 0);
        // The watching sync sees the edit, tries to send it, and cannot.
        ::usleep(3'000'000);
        journey.network.set(Link::up);
        CHECK(comes_to(journey.phone, "Bank", "laptop"));
        while (has(journey.phone.run_bare({"status", "--json"}).out, "\"pending\":1")) {
            ::usleep(200'000);
        }
        REQUIRE(laptop.run_bare({"sync"}).status == 0);
        CHECK(laptop.run_bare({"get", "Post", "username"}).out == "phone\n");
    }
    for (const Home* const home : {&laptop, &journey.phone}) {
        CHECK(home->run_bare({"agent", "--stop"}).status == 0);
    }
}

}  // namespace sparekey::tests
