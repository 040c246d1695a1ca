// Every order in which three devices can do four things each: 12! / 4!³ = 34,650.
#include "tests/simulation/fleet.h"

#include <catch2/catch_test_macros.hpp>

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

/// How often each device has had its turn.
using Turns = std::array<std::size_t, kDevices>;

/// In how many orders the turns that are left can be taken.
std::size_t orders_left(const Turns& taken) {
    std::size_t orders = 1;
    std::size_t placed = 0;
    for (const std::size_t turns : taken) {
        for (std::size_t one = 1; one <= kDeeds - turns; ++one) orders = orders * ++placed / one;
    }
    return orders;
}

/// Goes through all orders, or every so many of them, and comes back to where two part.
class Orders {
  public:
    explicit Orders(std::size_t every) : every_(every) {
        FleetOptions options;
        options.devices = kDevices;
        options.loses_percent = 0;
        options.crashes = options.skew = options.restores = false;
        fleet_ = std::make_unique<Fleet>(seed(), options);
        // The same vault each time, of one item that all have.
        fleet_->perform(0, Deed::adds);
        fleet_->come_to_rest();
    }

    /// Leaves the fleet where the last order ended.
    void go_on(const Turns& taken = {}) {
        if (taken == kAllTaken) return end();
        std::shared_ptr<const Fleet::Saved> here;
        for (std::size_t device = 0; device < kDevices; ++device) {
            if (taken[device] == kDeeds) continue;
            Turns next = taken;
            const Deed deed = kPlan[device][next[device]++];
            if (passes_over(orders_left(next))) continue;
            if (here) {
                fleet_->put_back(*here);
            } else {
                here = fleet_->save();
            }
            fleet_->perform(device, deed);
            go_on(next);
        }
    }
    std::size_t passed() const { return passed_; }
    std::size_t looked_at() const { return looked_at_; }

  private:
    static constexpr Turns kAllTaken{kDeeds, kDeeds, kDeeds};

    /// If none of the next `orders` is looked at.
    bool passes_over(std::size_t orders) {
        if ((passed_ + every_ - 1) / every_ * every_ < passed_ + orders) return false;
        passed_ += orders;
        return true;
    }

    void end() {
        fleet_->come_to_rest();
        const std::string complaint = fleet_->complaint();
        if (!complaint.empty()) {
            for (const std::string& line : fleet_->log()) std::cout << line << '\n';
        }
        INFO("order " << passed_);
        REQUIRE(complaint == "");
        ++passed_;
        ++looked_at_;
    }

    std::size_t every_;
    std::size_t passed_ = 0;
    std::size_t looked_at_ = 0;
    std::unique_ptr<Fleet> fleet_;
};

}  // namespace

TEST_CASE("in whatever order three devices act, they end with the same", "[simulation]") {
    const std::size_t every = kOrders / count(kOrders);
    Orders orders(every);
    orders.go_on();
    CHECK(orders.passed() == kOrders);
    CHECK(orders.looked_at() == (kOrders + every - 1) / every);
}

}  // namespace sparekey::tests
