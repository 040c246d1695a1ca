// Random honest histories are accepted by everybody; one changed bit or field anywhere is not.
#include "core/chain/records_check.h"
#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <iostream>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;

/// A client that believes nothing: from the first commit on, with the records.
Result<ChainHead> replay(const VaultId& vault, std::span<const SignedCommit> commits) {
    SPAREKEY_TRY(ChainStep step, begin_chain(vault, commits[0]));
    LeafTree tree;
    SPAREKEY_CHECK(apply_commit(tree, step.commit));
    for (const SignedCommit& commit : commits.subspan(1)) {
        SPAREKEY_TRY(step, advance(step.head, commit));
        SPAREKEY_CHECK(apply_commit(tree, step.commit));
    }
    return std::move(step.head);
}

TestAccount random_account(SeededRandom& random, std::size_t steps) {
    TestAccount account(random);
    while (account.commits().size() < steps) account.step(random);
    return account;
}

void flip_bit(Bytes& bytes, SeededRandom& random) {
    const std::size_t bit = random.below(bytes.size() * 8);
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1 << (bit % 8)));
}

void mutate_hash(Hash& hash, SeededRandom& random) {
    hash[random.below(hash.size())] ^= 1;
}

/// One field of a commit, changed into another value.
bool mutate(Commit& commit, std::size_t field, SeededRandom& random) {
    RecordChange* const change =
        commit.changes.empty() ? nullptr : &commit.changes[random.below(commit.changes.size())];
    switch (field) {
        case 0:
            return commit.vault = VaultId::random(random), true;
        case 1:
            return ++commit.n, true;
        case 2:
            return mutate_hash(commit.previous, random), true;
        case 3:
            return commit.device = DeviceId::random(random), true;
        case 4:
            return mutate_hash(commit.roster, random), true;
        case 5:
            if (!commit.new_roster) return false;
            return commit.new_roster.reset(), true;
        case 6:
            return ++commit.epoch, true;
        case 7:
            return mutate_hash(commit.state_root, random), true;
        case 8:
            return ++commit.time_ms, true;
        case 9:
            if (change == nullptr) return false;
            return ++change->version, true;
        case 10:
            if (change == nullptr || !change->blob) return false;
            return mutate_hash(*change->blob, random), true;
        case 11:
            if (change == nullptr) return false;
            return change->blob = change->blob ? std::nullopt : std::optional<Hash>(Hash{}), true;
        default:
            if (change == nullptr) return false;
            commit.changes.erase(commit.changes.begin() + (change - commit.changes.data()));
            return true;
    }
}
constexpr std::size_t kFields = 13;

/// One field of a roster, changed into another value.
void mutate(Roster& roster, std::size_t field, SeededRandom& random) {
    const std::vector<std::function<void()>> changes = {
        [&] { roster.vault = VaultId::random(random); },
        [&] { ++roster.n; },
        [&] { mutate_hash(roster.previous, random); },
        [&] { roster.devices.emplace_back(random.bytes<32>(), random.bytes<32>(), Bytes{1}); },
        [&] { mutate_hash(roster.account_key, random); },
        [&] { ++roster.generation; },
        [&] { ++roster.epoch; },
        [&] { mutate_hash(roster.slots, random); },
        [&] {
            roster.openers.push_back({SlotId::random(random), SlotKind::recovery, {}});
        },
        [&] { roster.pins.memory += 1024; },
        [&] { ++roster.pins.passes; },
        [&] { mutate_hash(roster.keyring, random); },
        [&] { ++roster.min_format; },
        [&] { roster.origin += "x"; },
        [&] {
            roster.grants.assign(1, {roster.devices[0].id(), random.bytes<104>()});
        },
    };
    changes[field % changes.size()]();
    put_in_order(roster);
}
constexpr std::size_t kRosterFields = 15;

}  // namespace

TEST_CASE("random honest histories verify from their first commit on", "[core][chain][property]") {
    SeededRandom random;
    std::size_t commits = 0;
    for (std::size_t round = 0; round < tests::count(40); ++round) {
        const TestAccount account = random_account(random, 30);
        const auto head = replay(account.head().vault, account.commits());
        REQUIRE(head);
        REQUIRE(head->at == account.head().at);
        REQUIRE(head->roster == account.head().roster);
        commits += account.commits().size();
    }
    std::cout << "honest histories: " << commits << " commits accepted\n";
}

TEST_CASE("any flipped bit of any commit of a history is refused", "[core][chain][property]") {
    SeededRandom random;
    const TestAccount account = random_account(random, 12);
    for (std::size_t round = 0; round < tests::count(2000); ++round) {
        auto commits = account.commits();
        SignedCommit& hit = commits[random.below(commits.size())];
        if (random.below(5) == 0) {
            hit.signature[random.below(64)] ^= static_cast<std::uint8_t>(1U << random.below(8));
        } else {
            flip_bit(hit.bytes, random);
        }
        const auto outcome = replay(account.head().vault, commits);
        REQUIRE_FALSE(outcome);
        REQUIRE(outcome.error().code == ErrorCode::integrity);
    }
}

TEST_CASE("a commit with any one field changed is refused, without and with a new signature",
          "[core][chain][property]") {
    SeededRandom random;
    std::size_t tried = 0;
    for (std::size_t round = 0; round < tests::count(1000); ++round) {
        TestAccount account = random_account(random, 2 + random.below(4));
        const ChainHead before = account.head();
        const LeafTree records = account.tree();
        const SignedCommit honest = account.step(random);
        Commit commit = *decode_commit(honest.bytes);
        const std::size_t field = round % kFields;
        if (!mutate(commit, field, random)) continue;
        ++tried;
        REQUIRE_FALSE(advance(before, {encode(commit), honest.signature}));
        // A member that signs what is not so. Its clock alone is its own affair.
        if (field == 8) continue;
        for (const tests::TestDevice& device : account.devices()) {
            if (device.id() != commit.device) continue;
            const auto step = advance(before, TestAccount::signed_by(device, commit));
            LeafTree tree = records;
            REQUIRE_FALSE((step && apply_commit(tree, step->commit)));
        }
    }
    std::cout << "mutated commits refused: " << tried << "\n";
}

TEST_CASE("a roster with any one field changed is refused under the old signature",
          "[core][chain][property]") {
    SeededRandom random;
    for (std::size_t round = 0; round < tests::count(500); ++round) {
        TestAccount account(random);
        const ChainHead before = account.head();
        account.join(random);
        const tests::TestDevice& device = account.devices().back();
        Commit commit = *decode_commit(account.commits().back().bytes);
        Roster roster = *decode_roster(commit.new_roster->bytes);
        mutate(roster, round % kRosterFields, random);
        commit.new_roster->bytes = encode(roster);
        commit.roster = roster_hash(*commit.new_roster);
        commit.epoch = roster.epoch;
        const auto outcome = advance(before, TestAccount::signed_by(device, commit));
        REQUIRE_FALSE(outcome);
        REQUIRE(outcome.error().message.find("not signed by the account key") != std::string::npos);
    }
}

TEST_CASE("left out, swapped and repeated commits are refused", "[core][chain][property]") {
    SeededRandom random;
    for (std::size_t round = 0; round < tests::count(200); ++round) {
        const TestAccount account = random_account(random, 8);
        auto commits = account.commits();
        const std::size_t at = random.below(commits.size() - 1);
        switch (random.below(3)) {
            case 0:
                commits.erase(commits.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 1:
                std::swap(commits[at], commits[at + 1]);
                break;
            default:
                commits.insert(commits.begin() + static_cast<std::ptrdiff_t>(at), commits[at]);
        }
        REQUIRE_FALSE(replay(account.head().vault, commits));
    }
}

}  // namespace sparekey::core
