// Two devices, and a server that is going to come back from a backup.
#pragma once

#include "sync/client/reseed.h"
#include "tests/simulation/lied_to.h"

namespace sparekey::tests {

/// A pair of which both know all that the server has, and the server's backup of then.
struct BackedUp : Pair {
    BackedUp() {
        REQUIRE(*second.sync());
        backup = server;
    }
    void restore_server() { server = *backup; }
    core::Result<sync::SyncReport> reseed(SimulatedDevice& device, sync::AccountServer& with) {
        sync::SyncOptions options;
        options.keep_evidence = [&](const std::string& what, core::ByteView bytes) {
            kept.push_back(what);
            evidence.assign(bytes.begin(), bytes.end());
        };
        return sync::reseed(device.replica(), with, device.clock(), random, options);
    }
    core::Result<sync::SyncReport> reseed(SimulatedDevice& device) {
        LyingServer honest(server);
        auto report = reseed(device, honest);
        if (!report) UNSCOPED_INFO(report.error().message);
        return report;
    }
    void expect_alarm(SimulatedDevice& device) {
        const auto alarm = *device.sync();
        REQUIRE(!alarm);
        CHECK(alarm.error().code == core::ErrorCode::integrity);
        CHECK(alarm.error().hint.find("sparekey sync --reseed") != std::string::npos);
    }
    void expect_user(SimulatedDevice& device, std::size_t item, const std::string& name) {
        const auto found = device.vault().item(items[item]);
        REQUIRE(found);
        CHECK(found->username == name);
    }
    void expect_on_both(std::size_t item, const std::string& name) {
        expect_user(first, item, name);
        expect_user(second, item, name);
    }
    void expect_equal() {
        CHECK(first.records().disk.differences.empty());
        CHECK(second.records().disk.differences.empty());
        CHECK(first.records().disk.records.size() == server.record_count());
        CHECK(second.records().disk.records.size() == server.record_count());
    }

    std::optional<SimulatedServer> backup;
    std::vector<std::string> kept;
};

/// The device of the pair that is not known by its name is removed from the account.
inline core::Result<sync::SyncReport> remove(SimulatedDevice& by, const SimulatedDevice& device) {
    core::RosterWish wish;
    wish.remove = device.id();
    return *by.sync({}, wish);
}

inline core::Result<sync::SyncReport> rotate(SimulatedDevice& device) {
    core::RosterWish wish;
    wish.rotation = device.new_rotation();
    return *device.sync({}, wish);
}

}  // namespace sparekey::tests
