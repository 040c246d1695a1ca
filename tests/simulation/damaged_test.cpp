// A vault of which a record is damaged on this disk: nothing is decided about what cannot be read.
#include "tests/simulation/lied_to.h"

namespace sparekey::tests {

TEST_CASE("what was changed here is not given up for another device's change while it is damaged",
          "[simulation][mutant:damaged-here]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    REQUIRE(*pair.second.sync());
    pair.change(pair.second, item, "here");
    LyingServer deaf(pair.server);
    deaf.loses_requests = true;
    REQUIRE(!pair.sync(pair.second, deaf));  // what is to be sent is made, and pulls come first
    pair.change(pair.first, item, "there");
    REQUIRE(*pair.first.sync());

    pair.second.records().damaged = {item};
    const auto refused = *pair.second.sync();
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    pair.second.records().damaged.clear();
    for (SimulatedDevice* const device : {&pair.second, &pair.first}) REQUIRE(*device->sync());
    for (SimulatedDevice* const device : {&pair.second, &pair.first}) {
        CHECK(device->records().conflict_count(core::Shelf::live) == 1);
    }
}

// As an old page of them shows it.
TEST_CASE("nothing is signed while what is known to differ is not what differs",
          "[simulation][mutant:push-root]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    pair.change(pair.second, pair.items[0], "here");
    pair.change(pair.second, pair.items[1], "here, too");
    pair.second.records().disk.differences.erase(pair.items[0]);
    pair.second.restart();
    const core::ChainPoint before = pair.server.head();
    const auto refused = *pair.second.sync();
    REQUIRE(!refused);
    CHECK(refused.error().code == core::ErrorCode::integrity);
    CHECK(pair.server.head() == before);
}

}  // namespace sparekey::tests
