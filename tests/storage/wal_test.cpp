// The write-ahead log of a process that never ended cleanly: whole, cut, removed (L-10).
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <iostream>

namespace sparekey::storage {
namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("a log that is cut or removed is the same vault or integrity, never an older vault",
          "[storage][wal][damage]") {
    const tests::FolderOnDisk disk;
    const std::string copy = disk.home().file("copy");
    {
        const auto folder = disk.open();
        REQUIRE(folder);
        for (int i = 0; i < 30; ++i) tests::put_item(**folder, "Item", "user" + std::to_string(i));
        // As after a kill: files as they are while the folder is open.
        fs::create_directories(copy);
        fs::copy(disk.home().file(".local"), copy + "/.local", fs::copy_options::recursive);
    }
    const auto paths = tests::FolderOnDisk::paths_of(copy);
    const std::string log = paths.vault + "/vault.db-wal";
    const std::string whole = tests::read_text(log);
    const std::string database = tests::read_text(paths.vault + "/vault.db");
    const std::string head = tests::read_text(paths.state + "/head");
    REQUIRE(whole.size() > 30 * 4096);
    const auto outcome = [&](const std::string& left) {
        tests::write_text(paths.vault + "/vault.db", database);
        tests::write_text(paths.state + "/head", head);
        fs::remove(log);
        if (!left.empty()) tests::write_text(log, left);
        const auto opened = disk.open(paths);
        if (!opened) {
            CHECK(opened.error().code == core::ErrorCode::integrity);
            return false;
        }
        const auto seen = tests::username_of(**opened, "Item");
        REQUIRE(seen);
        CHECK(*seen == "user29");
        return true;
    };
    CHECK(outcome(whole));
    CHECK_FALSE(outcome({}));
    tests::SeededRandom random;
    std::size_t refused = 0;
    const std::size_t rounds = tests::count(100);
    for (std::size_t i = 0; i < rounds; ++i) {
        std::string left = whole.substr(0, random.below(whole.size()));
        if (random.coin()) {
            left = whole;
            left[random.below(left.size())] ^= 1;
        }
        refused += outcome(left) ? 0U : 1U;
    }
    std::cout << "log: " << rounds << " cuts and flips, " << refused << " refused\n";
    CHECK(refused > rounds / 2);
}

}  // namespace sparekey::storage
