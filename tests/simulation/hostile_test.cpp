// A server that lies to a device: the lie is named, nothing of it counts, the vault goes on being
// used, and an honest server makes it good again.
#include "core/crypto/hash.h"
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <iostream>

namespace sparekey::tests {

using core::ErrorCode;

TEST_CASE("a record that no commit names is refused", "[hostile][mutant:pull-blob]") {
    Pair pair;
    LyingServer lying(pair.server);
    SECTION("another version's blob") {
        lying.on_pull = [&](core::PullPage& page) { page.blobs.front().blob.back() ^= 1; };
    }
    SECTION("one more") {
        lying.on_pull = [&](core::PullPage& page) {
            core::RecordBlob more = page.blobs.back();
            for (auto& byte : more.id.bytes) byte = 0xff;
            page.blobs.push_back(more);
        };
    }
    pair.expect_refused(lying);
}

TEST_CASE("a record that the commits name is not left out", "[hostile][mutant:pull-complete]") {
    Pair pair;
    LyingServer lying(pair.server);
    lying.on_pull = [&](core::PullPage& page) { page.blobs.clear(); };
    pair.expect_refused(lying);
}

TEST_CASE("a head of another history is refused", "[hostile][mutant:pull-head]") {
    Pair pair;
    LyingServer lying(pair.server);
    lying.on_pull = [&](core::PullPage& page) { page.head.hash[0] ^= 1; };
    pair.expect_refused(lying);
}

TEST_CASE("a shorter, longer, cut or reordered history is refused", "[hostile]") {
    Pair pair;
    LyingServer lying(pair.server);
    SECTION("shorter than what was acknowledged") {
        REQUIRE(*pair.second.sync());
        pair.change(pair.second, pair.items[1], "x");
        REQUIRE(*pair.second.sync());
        lying.on_pull = [&](core::PullPage& page) { page = {{1, {}}, {}, {}, {}, {}}; };
        const auto refused = pair.sync(pair.second, lying);
        REQUIRE(!refused);
        CHECK(refused.error().code == ErrorCode::integrity);
        CHECK(*pair.second.sync());
        return;
    }
    SECTION("a head without its commits") {
        lying.on_pull = [&](core::PullPage& page) {
            page.commits.clear();
            page.blobs.clear();
        };
    }
    SECTION("commits beyond the head") {
        lying.on_pull = [&](core::PullPage& page) { page.head.n -= 1; };
    }
    SECTION("the last one twice") {
        lying.on_pull = [&](core::PullPage& page) {
            page.commits.push_back(page.commits.back());
            page.head.n += 1;
        };
    }
    SECTION("a flipped signature") {
        lying.on_pull = [&](core::PullPage& page) { page.commits.back().signature[0] ^= 1; };
    }
    SECTION("a flipped bit") {
        lying.on_pull = [&](core::PullPage& page) { page.commits.back().bytes.back() ^= 1; };
    }
    pair.expect_refused(lying);
}

TEST_CASE("an audit log that goes back is noticed", "[hostile][mutant:audit-head]") {
    Pair pair;
    LyingServer lying(pair.server);
    lying.on_pull = [](core::PullPage& page) { page.audit = {7, {}}; };
    REQUIRE(pair.sync(pair.second, lying));
    lying.on_pull = [](core::PullPage& page) { page.audit = {6, {}}; };
    const auto refused = pair.sync(pair.second, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    CHECK(pair.sync(pair.second, lying));
}

TEST_CASE("an acknowledgement of something else is none", "[hostile][mutant:push-answer]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    pair.change(pair.second, pair.items[1], "mine");
    LyingServer lying(pair.server);
    lying.on_push = [](core::PushAnswer& answer) { answer.at.n += 1; };
    const auto refused = pair.sync(pair.second, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    // What was sent is still on its way, and the honest server has it.
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.records().disk.differences.empty());
    CHECK(pair.second.records().disk.state.count("push") == 0);
}

TEST_CASE("a snapshot that is not the account's is refused", "[hostile][mutant:snapshot-root]") {
    Pair pair;
    SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random);
    third.join();
    LyingServer lying(pair.server);
    SECTION("a record less") {
        lying.on_snapshot = [](core::SnapshotPage& page) { page.records.pop_back(); };
    }
    SECTION("an older version") {
        lying.on_snapshot = [](core::SnapshotPage& page) { page.records.front().version += 1; };
    }
    const auto refused = pair.sync(third, lying);
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::integrity);
    REQUIRE(*third.sync());
    CHECK(third.vault().item(pair.items[0])->username == "changed");
    CHECK(third.records().record_count() == pair.server.record_count());
}

TEST_CASE("a blob that does not open is kept as it came, and the sync goes on", "[hostile]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    // A member pushes rubbish under a right hash.
    const auto transaction = pair.first.records().begin_sync();
    core::Record record = *pair.first.records().load(pair.items[1]);
    record.blob.back() ^= 1;
    record.version += 1;
    const auto row = pair.first.records().index_row(record.id);
    transaction->put(record, &*row);
    transaction->commit();
    pair.first.restart();
    REQUIRE(*pair.first.sync());
    const auto report = pair.second.sync();
    REQUIRE(report->has_value());
    CHECK((*report)->news.size() == 1);
    const auto kept = pair.second.records().load(pair.items[1]);
    REQUIRE(kept);
    CHECK(kept->type == core::RecordType::unreadable);
    CHECK(kept->blob == record.blob);
    CHECK(pair.second.vault().item(pair.items[0])->username == "changed");
}

TEST_CASE("a changed member of an honest answer is refused or changes nothing", "[hostile]") {
    SeededRandom random;
    std::size_t refused = 0;
    const std::size_t rounds = count(2000);
    for (std::size_t round = 0; round < rounds; ++round) {
        Pair pair;
        const bool from_snapshot = random.below(4) == 0;
        SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random);
        if (from_snapshot) third.join();
        SimulatedDevice& device = from_snapshot ? third : pair.second;
        LyingServer lying(pair.server);
        const auto flip = [&](core::Bytes bytes) {
            bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
            return bytes;
        };
        lying.on_pull = [&](core::PullPage& page) {
            auto changed = core::decode_pull_page(flip(encode(page)));
            if (changed) page = *std::move(changed);
        };
        lying.on_snapshot = [&](core::SnapshotPage& page) {
            auto changed = core::decode_snapshot_page(flip(encode(page)));
            if (changed) page = *std::move(changed);
        };
        const auto result = pair.sync(device, lying);
        if (!result) ++refused;
        // Whatever it was: with the honest server all is well, at the latest after one alarm.
        lying.on_pull = [](auto&) {};
        lying.on_snapshot = [](auto&) {};
        if (const auto alarm = pair.sync(device, lying); !alarm) {
            CHECK(alarm.error().message.find("audit") != std::string::npos);
        }
        CHECK(pair.sync(device, lying));
        CHECK(device.vault().item(pair.items[0])->username == "changed");
        CHECK(device.records().record_count() == pair.server.record_count());
    }
    std::cout << refused << " of " << rounds << " refused\n";
    CHECK(refused > 0);
}

// As if a later page had a newer one: a device that then sends its own would take the other's back.
TEST_CASE("what was changed here is not sent before what a page withheld of it has come",
          "[simulation][mutant:awaited-changed]") {
    Pair pair;
    REQUIRE(*pair.second.sync());
    pair.server.commits_a_page = 1;
    for (const std::size_t item : {1U, 2U}) {
        pair.change(pair.first, pair.items[item], "theirs");
        REQUIRE(*pair.first.sync());
    }
    const bool is_changed_before = GENERATE(true, false);
    if (is_changed_before) pair.change(pair.second, pair.items[1], "here");
    LyingServer withholding(pair.server);
    int pages = 0;
    withholding.on_pull = [&](core::PullPage& page) {
        std::erase_if(page.blobs, [&](const auto& blob) { return blob.id == pair.items[1]; });
        if (++pages == 2 && !is_changed_before) pair.change(pair.second, pair.items[1], "here");
    };
    const auto withheld = pair.sync(pair.second, withholding);
    REQUIRE(!withheld);
    CHECK(withheld.error().message.find(pair.items[1].text()) != std::string::npos);
    REQUIRE(pages == 2);
    // The page that had it is behind: an honest server says no more of it.
    LyingServer honest(pair.server);
    for (int times = 0; times < 2; ++times) {
        const auto refused = pair.sync(pair.second, honest);
        REQUIRE(!refused);
        CHECK(refused.error().code == core::ErrorCode::integrity);
        CHECK(refused.error().hint.find("sparekey sync --reseed") != std::string::npos);
    }
    REQUIRE(*pair.first.sync());
    CHECK(pair.first.vault().item(pair.items[1])->username == "theirs");
    REQUIRE(*pair.second.reseed());
    REQUIRE(*pair.first.sync());
    for (SimulatedDevice* const device : {&pair.first, &pair.second}) {
        const auto conflicts = device->vault().conflicts(pair.items[1]);
        REQUIRE(conflicts);
        CHECK(conflicts->size() == 1);  // of both values
        CHECK(device->records().disk.differences.empty());
    }
}

}  // namespace sparekey::tests
