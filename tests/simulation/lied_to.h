// Two devices and a server, and what a test puts between them: a server that lies.
#pragma once

#include "tests/simulation/simulated_device.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {

/// What a device hears, changed or withheld by a test.
class LyingServer final : public sync::AccountServer {
  public:
    explicit LyingServer(SimulatedServer& honest) : honest_(honest) {}
    std::function<void(core::PullPage&)> on_pull = [](auto&) {};
    std::function<void(core::PushAnswer&)> on_push = [](auto&) {};
    std::function<void(core::SnapshotPage&)> on_snapshot = [](auto&) {};
    std::function<bool()> is_gone = [] { return false; };  // asked before each page
    bool loses_requests = false;                           // pushes, which do not arrive
    bool loses_answers = false;                            // of pushes, which arrive

    core::Result<std::variant<core::PushAnswer, sync::PushConflict>> push(
        const core::PushRequest& request) override {
        if (loses_requests) return core::unexpected(core::ErrorCode::offline, "the link is gone");
        auto answer = honest_.push(request);
        if (!answer) return answer;
        if (loses_answers) return core::unexpected(core::ErrorCode::offline, "the link is gone");
        if (auto* pushed = std::get_if<core::PushAnswer>(&*answer)) on_push(*pushed);
        return answer;
    }
    core::Result<core::PullPage> pull(std::uint64_t after) override {
        if (is_gone()) return core::unexpected(core::ErrorCode::offline, "the link is gone");
        core::PullPage page = honest_.pull(after);
        on_pull(page);
        return page;
    }
    core::Result<core::SnapshotPage> snapshot(const std::optional<core::RecordId>& after) override {
        core::SnapshotPage page = honest_.snapshot(after);
        on_snapshot(page);
        return page;
    }

  private:
    SimulatedServer& honest_;
};

/// As a reseed does that finds no other way.
inline void read_history(SimulatedDevice& device, const SimulatedServer& server) {
    bool is_adopted = false;
    for (std::uint64_t after = 0; !is_adopted;) {
        const core::PullPage page = server.pull(after);
        const auto step = device.replica().reseed(page, after == 0);
        REQUIRE(step);
        is_adopted = step->adopted;
        after += page.commits.size();
    }
}

/// Two devices with the same three items, of which the first one then changes one.
struct Pair {
    Pair()
        : first(keys, "A", &time_ms, server, random), second(keys, "B", &time_ms, server, random) {
        for (const char* title : {"one", "two", "three"}) {
            items.push_back(add(first, title));
        }
        first.found();
        REQUIRE(*first.sync());
        second.join();
        REQUIRE(*second.sync());
        REQUIRE(*first.sync());
        change(first, items[0], "changed");
        REQUIRE(*first.sync());
    }

    static core::RecordId add(SimulatedDevice& device, const std::string& title) {
        core::ItemPatch patch;
        patch.title = title;
        return device.vault().add(patch)->id;
    }
    void change(SimulatedDevice& device, const core::RecordId& item, const std::string& value) {
        time_ms += 1000;
        core::ItemPatch patch;
        patch.username = value;
        REQUIRE(device.vault().edit(item, patch));
    }
    core::Result<sync::SyncReport> sync(SimulatedDevice& device, sync::AccountServer& with,
                                        const core::RosterWish& wish = {}) {
        sync::SyncOptions options;
        options.wish = wish;
        options.keep_evidence = [&](const std::string&, core::ByteView bytes) {
            evidence.assign(bytes.begin(), bytes.end());
        };
        return sync::synchronize(device.replica(), with, device.clock(), random, options);
    }
    /// The second device refuses what it is told, keeps what it has, can be used, and is well after
    /// the next honest sync.
    void expect_refused(LyingServer& lying, core::ErrorCode code = core::ErrorCode::integrity) {
        const auto before = second.records().disk;
        const auto refused = sync(second, lying);
        REQUIRE(!refused);
        CHECK(refused.error().code == code);
        if (code == core::ErrorCode::integrity) CHECK(!evidence.empty());
        CHECK(second.records().disk.records.size() == before.records.size());
        CHECK(second.vault().item(items[0])->username != "changed");
        change(second, items[2], "offline");
        REQUIRE(*second.sync());
        CHECK(second.vault().item(items[0])->username == "changed");
        CHECK(second.records().disk.differences.empty());
    }

    SeededRandom random;
    std::uint64_t time_ms = 1'764'000'000'000;
    SharedKeys keys{random};
    SimulatedServer server;
    SimulatedDevice first, second;
    std::vector<core::RecordId> items;
    core::Bytes evidence;
};

}  // namespace sparekey::tests
