// Every order in which three devices can do four things each: 12! / 4!³ = 34,650.
#include "tests/simulation/fleet.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <iostream>

namespace sparekey::tests {
namespace {

constexpr std::size_t kDevices = 3;
constexpr std::size_t kDeeds = 4;
constexpr std::size_t kOrders = 34'650;

/// An edit meets an edit, a removal and a restoring, each before and after somebody's sync.
constexpr std::array<std::array<Deed, kDeeds>, kDevices> kPlan{{
    {Deed::edits, Deed::syncs, Deed::attaches, Deed::syncs},
    {Deed::trashes, Deed::syncs, Deed::purges, Deed::syncs},
    {Deed::edits, Deed::syncs, Deed::restores, Deed::edits},
}};

using Order = std::array<std::size_t, kDevices * kDeeds>;  // whose turn it is

Order first_order() {
    Order order{};
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = at / kDeeds;
    return order;
}

/// The same vault each time, of one item that all have.
std::string complaint_about(const Order& order, std::uint64_t seed, std::vector<std::string>& log) {
    FleetOptions options;
    options.devices = kDevices;
    options.loses_percent = 0;
    options.crashes = options.skew = options.restores = false;
    Fleet fleet(seed, options);
    fleet.perform(0, Deed::adds);
    fleet.come_to_rest();
    std::array<std::size_t, kDevices> done{};
    for (const std::size_t device : order) fleet.perform(device, kPlan[device][done[device]++]);
    fleet.come_to_rest();
    log = fleet.log();
    return fleet.complaint();
}

}  // namespace

TEST_CASE("in whatever order three devices act, they end with the same", "[simulation]") {
    const std::size_t every = kOrders / count(kOrders);
    Order order = first_order();
    std::size_t at = 0;
    do {
        if (at++ % every != 0) continue;
        std::vector<std::string> log;
        const std::string complaint = complaint_about(order, seed(), log);
        if (!complaint.empty()) {
            for (const std::string& line : log) std::cout << line << '\n';
        }
        INFO("order " << at - 1);
        REQUIRE(complaint == "");
    } while (std::next_permutation(order.begin(), order.end()));
    REQUIRE(at == kOrders);
}

}  // namespace sparekey::tests
