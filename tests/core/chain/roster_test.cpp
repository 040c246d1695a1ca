// Rosters and commits as bytes: one encoding a value, bounds, and what is not well-formed.
#include "core/chain/roster.h"

#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;

Roster example(SeededRandom& random) {
    TestAccount account(random);
    account.join(random);
    account.rotate(random);
    return account.head().roster;
}

bool reads_back(const Roster& roster) {
    const auto decoded = decode_roster(encode(roster));
    return decoded && *decoded == roster;
}

}  // namespace

TEST_CASE("a roster and a commit read back in every bit", "[core][chain]") {
    SeededRandom random;
    for (std::size_t round = 0; round < tests::count(50); ++round) {
        TestAccount account(random);
        for (int i = 0; i < 5; ++i) account.step(random);
        CHECK(reads_back(account.head().roster));
        for (const SignedCommit& commit : account.commits()) {
            const auto decoded = decode_commit(commit.bytes);
            REQUIRE(decoded);
            CHECK(encode(*decoded) == commit.bytes);
            CHECK(*decode_signed_commit(encode(commit)) == commit);
        }
    }
}

TEST_CASE("a cut or flipped roster is refused or is itself the encoding of what it says",
          "[core][chain]") {
    SeededRandom random;
    const Bytes whole = encode(example(random));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        REQUIRE_FALSE(decode_roster(ByteView(whole).first(size)));
    }
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        Bytes flipped = whole;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const auto decoded = decode_roster(flipped);
        if (decoded) REQUIRE(encode(*decoded) == flipped);
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK_FALSE(decode_roster(longer));
}

TEST_CASE("a roster out of bounds or out of order is neither signed nor read", "[core][chain]") {
    SeededRandom random;
    const SigningSeed seed = SigningSeed::random(random);
    const auto refused = [&](auto change) {
        Roster roster = example(random);
        change(roster);
        return !sign_roster(roster, seed.expose()) && !decode_roster(encode(roster));
    };
    CHECK_FALSE(refused([](Roster&) {}));
    CHECK(refused([](Roster& roster) { roster.devices.clear(); }));
    CHECK(refused([](Roster& roster) { std::swap(roster.devices[0], roster.devices[1]); }));
    CHECK(refused([](Roster& roster) { roster.devices.push_back(roster.devices.back()); }));
    CHECK(refused([](Roster& roster) { roster.openers.clear(); }));
    CHECK(refused([](Roster& roster) { std::swap(roster.openers[0], roster.openers[1]); }));
    CHECK(refused([](Roster& roster) { roster.openers[0].kind = static_cast<SlotKind>(4); }));
    CHECK(refused([](Roster& roster) { std::swap(roster.grants[0], roster.grants[1]); }));
    CHECK(refused([](Roster& roster) { roster.grants.back().device.bytes.fill(0xff); }));
    CHECK(refused([](Roster& roster) { roster.origin.clear(); }));
    CHECK(refused([](Roster& roster) { roster.origin.assign(kLongestOrigin + 1, 'x'); }));
    CHECK(refused([](Roster& roster) { roster.origin = "\xff"; }));
    CHECK(refused([](Roster& roster) { roster.n = 0; }));
    CHECK(refused([](Roster& roster) { roster.n = kLargestNumber + 1; }));
    CHECK(refused([](Roster& roster) { roster.generation = 0; }));
    CHECK(refused([](Roster& roster) { roster.epoch = 0; }));
    CHECK(refused([](Roster& roster) { roster.min_format = 0; }));
}

TEST_CASE("a roster holds a hundred devices and fits its bound; one more is refused",
          "[core][chain]") {
    SeededRandom random;
    Roster roster = example(random);
    roster.origin.assign(kLongestOrigin, 'x');
    const auto add = [&] {
        roster.devices.emplace_back(random.bytes<32>(), random.bytes<32>(),
                                    Bytes(kLongestSealedName));
    };
    while (roster.devices.size() < kMostDevices) add();
    roster.grants.clear();
    for (const RosterDevice& device : roster.devices) roster.grants.push_back({device.id(), {}});
    while (roster.openers.size() < kMostSlots) {
        roster.openers.push_back({SlotId::random(random), SlotKind::key_file, {}});
    }
    put_in_order(roster);
    CHECK(reads_back(roster));
    CHECK(encode(roster).size() <= kLargestRoster);
    add();
    put_in_order(roster);
    CHECK_FALSE(reads_back(roster));
}

TEST_CASE("pins below the floor or above the ceiling are refused",
          "[core][chain][mutant:roster-kdf-floor]") {
    SeededRandom random;
    Roster roster = example(random);
    for (const KdfCost& pins :
         {KdfCost{kKdfFloor.memory - 1024, 3}, KdfCost{kKdfFloor.memory, 2},
          KdfCost{kKdfCeiling.memory * 2, 3}, KdfCost{kKdfCeiling.memory, 16}}) {
        roster.pins = pins;
        CHECK_FALSE(reads_back(roster));
    }
    roster.pins = kKdfDefault;
    CHECK(reads_back(roster));
}

TEST_CASE("a commit out of bounds or out of order is neither signed nor read", "[core][chain]") {
    SeededRandom random;
    const TestAccount account(random);
    const tests::TestDevice& device = account.devices()[0];
    const auto refused = [&](auto change) {
        Commit commit = account.next(device);
        for (int i = 1; i <= 3; ++i) {
            commit.changes.push_back({RecordId{{static_cast<std::uint8_t>(i)}}, 1, Hash{}});
        }
        change(commit);
        return !sign_commit(commit, device.signing.expose()) && !decode_commit(encode(commit));
    };
    CHECK_FALSE(refused([](Commit&) {}));
    CHECK(refused([](Commit& commit) { commit.n = 0; }));
    CHECK(refused([](Commit& commit) { commit.n = kLargestNumber + 1; }));
    CHECK(refused([](Commit& commit) { commit.epoch = 0; }));
    CHECK(refused([](Commit& commit) { commit.time_ms = std::uint64_t{1} << 60; }));
    CHECK(refused([](Commit& commit) { commit.changes[0].version = 0; }));
    CHECK(refused([](Commit& commit) { commit.changes[2].version = kLargestNumber + 1; }));
    CHECK(refused([](Commit& commit) { commit.changes[1] = commit.changes[0]; }));
    CHECK(refused([](Commit& commit) { std::swap(commit.changes[0], commit.changes[1]); }));
}

TEST_CASE("a commit has at most a thousand changes, and fits its bound with the largest roster",
          "[core][chain]") {
    SeededRandom random;
    const TestAccount account(random);
    Commit commit = account.next(account.devices()[0]);
    commit.new_roster = SignedRoster{Bytes(kLargestRoster), {}};
    std::set<RecordId> ids;
    while (ids.size() < kMostChanges) ids.insert(RecordId::random(random));
    for (const RecordId& id : ids) commit.changes.push_back({id, 1, Hash{}});
    CHECK(decode_commit(encode(commit)));
    CHECK(encode(commit).size() <= kLargestCommit);
    RecordId last;
    last.bytes.fill(0xff);
    commit.changes.push_back({last, 1, Hash{}});
    CHECK_FALSE(decode_commit(encode(commit)));
}

TEST_CASE("a vault of a format that this program does not know asks for a newer program",
          "[core][chain]") {
    SeededRandom random;
    Roster roster = example(random);
    CHECK(check_format(roster));
    roster.min_format = 2;
    CHECK(check_format(roster).error().code == ErrorCode::conflict);
}

}  // namespace sparekey::core
