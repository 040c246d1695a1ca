// A server that tells an older history, another one to each, or none at all.
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

using core::ErrorCode;

namespace {

/// A server that always has just taken somebody else's commit.
class BusyServer final : public sync::AccountServer {
  public:
    explicit BusyServer(SimulatedServer& honest) : honest_(honest) {}
    std::size_t pushes = 0;

    core::Result<std::variant<core::PushAnswer, sync::PushConflict>> push(
        const core::PushRequest&) override {
        ++pushes;
        return std::variant<core::PushAnswer, sync::PushConflict>(
            sync::PushConflict{honest_.head()});
    }
    core::Result<core::PullPage> pull(std::uint64_t after) override { return honest_.pull(after); }
    core::Result<core::SnapshotPage> snapshot(const std::optional<core::RecordId>& after) override {
        return honest_.snapshot(after);
    }

  private:
    SimulatedServer& honest_;
};

}  // namespace

TEST_CASE("a server that was put back to an earlier time is noticed, and told nothing",
          "[hostile]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    std::size_t back = 1 + pair.random.below(5);
    std::optional<SimulatedServer> earlier;
    for (; back > 0; --back) {
        if (!earlier) earlier = pair.server;
        pair.change(pair.second, pair.items[1], "v" + std::to_string(back));
        REQUIRE(*pair.second.sync());
    }
    const core::ChainPoint head = earlier->head();
    pair.change(pair.second, pair.items[2], "not for the old server");
    LyingServer lying(*earlier);
    const auto refused = pair.sync(pair.second, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    CHECK(earlier->head() == head);
    CHECK(pair.second.vault().item(pair.items[1])->username == "v1");

    REQUIRE(*pair.second.sync());
    CHECK(pair.second.records().disk.differences.empty());
    REQUIRE(*pair.first.sync());
    CHECK(pair.first.vault().item(pair.items[2])->username == "not for the old server");
}

TEST_CASE("two histories told to two devices are noticed at the first word of the other's",
          "[hostile][mutant:pull-head]") {
    for (std::size_t round = count(500); round > 0; --round) {
        Pair pair;
        REQUIRE(*pair.second.sync());
        SimulatedServer fork = pair.server;
        LyingServer forked(fork);
        const std::size_t theirs = 1 + pair.random.below(4);
        for (std::size_t at = 0; at < theirs; ++at) {
            pair.change(pair.first, pair.items[0], "first " + std::to_string(at));
            REQUIRE(*pair.first.sync());
        }
        const std::size_t ours = 1 + pair.random.below(4);
        for (std::size_t at = 0; at < ours; ++at) {
            pair.change(pair.second, pair.items[1], "second " + std::to_string(at));
            REQUIRE(pair.sync(pair.second, forked));
        }
        const bool has_more = pair.random.coin();
        if (has_more) pair.change(pair.second, pair.items[2], "more");
        const auto joined = pair.second.sync();
        REQUIRE(!*joined);
        CHECK(joined->error().code == ErrorCode::integrity);
        // Nothing of the one was mixed into the other.
        CHECK(pair.second.vault().item(pair.items[0])->username == "changed");
        CHECK(pair.second.vault().item(pair.items[1])->username ==
              "second " + std::to_string(ours - 1));
    }
}

TEST_CASE("a record that was removed does not come back by its old commits", "[hostile]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    const core::PullPage old = pair.server.pull(pair.server.head().n - 1);
    REQUIRE(pair.first.vault().put_in_trash(pair.items[0]));
    REQUIRE(pair.first.vault().empty_trash());
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    REQUIRE_FALSE(pair.second.records().contains(pair.items[0]));

    LyingServer lying(pair.server);
    SECTION("the old page itself") {
        lying.on_pull = [&](core::PullPage& page) { page = old; };
    }
    SECTION("the old commits under the head of today") {
        lying.on_pull = [&](core::PullPage& page) {
            page.commits = old.commits;
            page.blobs = old.blobs;
        };
    }
    SECTION("the old blob alone") {
        pair.change(pair.first, pair.items[1], "later");
        REQUIRE(*pair.first.sync());
        lying.on_pull = [&](core::PullPage& page) { page.blobs.push_back(old.blobs.front()); };
    }
    const auto refused = pair.sync(pair.second, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    CHECK_FALSE(pair.second.records().contains(pair.items[0]));
    REQUIRE(*pair.second.sync());
    CHECK_FALSE(pair.second.records().contains(pair.items[0]));
}

TEST_CASE("a push that was acknowledged and then hidden is noticed, and not made twice",
          "[hostile]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    SimulatedServer without = pair.server;
    pair.change(pair.second, pair.items[1], "acknowledged");
    REQUIRE(*pair.second.sync());
    const std::uint64_t head = pair.server.head().n;

    LyingServer hiding(without);
    const auto refused = pair.sync(pair.second, hiding);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    REQUIRE(*pair.second.sync());
    CHECK(pair.server.head().n == head);
}

TEST_CASE("a conflict without end ends, and the vault goes on being used", "[hostile]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    pair.change(pair.second, pair.items[1], "offline");
    BusyServer busy(pair.server);
    const auto refused = pair.sync(pair.second, busy);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::offline);
    CHECK(busy.pushes >= 2);
    CHECK(busy.pushes <= 12);
    pair.change(pair.second, pair.items[1], "still offline");
    REQUIRE(*pair.second.sync());
    REQUIRE(*pair.first.sync());
    CHECK(pair.first.vault().item(pair.items[1])->username == "still offline");
}

}  // namespace sparekey::tests
