// The rules of an account's history, one by one: each test breaks one rule and signs everything
// else as it should be, so that no other rule can refuse it.
#include "core/chain/advance.h"

#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;
using tests::TestDevice;

/// An account of three devices, at commit 4.
struct Established {
    SeededRandom random;
    TestAccount account{random};
    Established() {
        account.join(random);
        account.join(random);
        account.change_records(random);
    }

    const TestDevice& member() const { return account.devices()[0]; }
    Result<ChainStep> try_by(const TestDevice& device, const Commit& commit) const {
        return advance(account.head(), TestAccount::signed_by(device, commit));
    }
    Result<ChainStep> try_commit(const std::function<void(Commit&)>& change) const {
        Commit commit = account.next(member());
        change(commit);
        return try_by(member(), commit);
    }
    Result<ChainStep> try_roster(const std::function<void(Roster&)>& change) const {
        return try_roster(change, account.account_seed());
    }
    Result<ChainStep> try_roster(const std::function<void(Roster&)>& change,
                                 const SigningSeed& seed) const {
        Roster roster = account.next_roster();
        change(roster);
        put_in_order(roster);
        return try_by(member(), TestAccount::with_roster(account.next(member()), roster, seed));
    }
};

void refuses(const Result<ChainStep>& outcome, std::string_view rule) {
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::integrity);
    CHECK(outcome.error().message.find(rule) != std::string::npos);
}

}  // namespace

TEST_CASE("a commit that keeps every rule is accepted, and is the next head", "[core][chain]") {
    const Established made;
    const auto step = made.try_commit([](Commit&) {});
    REQUIRE(step);
    CHECK(step->head.at.n == 5);
    CHECK(step->commit.previous == made.account.head().at.hash);
    CHECK(step->head.roster == made.account.head().roster);
    REQUIRE(made.try_roster([](Roster&) {}));
}

TEST_CASE("a commit of another vault is refused", "[core][chain][mutant:commit-vault]") {
    const Established made;
    refuses(made.try_commit([](Commit& commit) { commit.vault.bytes[0] ^= 1; }), "another vault");
}

TEST_CASE("a commit whose number is not the next one is refused",
          "[core][chain][mutant:commit-number]") {
    const Established made;
    refuses(made.try_commit([](Commit& commit) { ++commit.n; }), "has number 5");
    refuses(made.try_commit([](Commit& commit) { --commit.n; }), "has number 5");
}

TEST_CASE("a commit on top of another history is refused",
          "[core][chain][mutant:commit-previous]") {
    const Established made;
    refuses(made.try_commit([](Commit& commit) { commit.previous[31] ^= 1; }), "does not follow");
}

TEST_CASE("a commit that names another roster is refused", "[core][chain][mutant:commit-roster]") {
    const Established made;
    refuses(made.try_commit([](Commit& commit) { commit.roster[0] ^= 1; }), "another roster");
}

TEST_CASE("a commit under another epoch than the roster's is refused",
          "[core][chain][mutant:commit-epoch]") {
    const Established made;
    refuses(made.try_commit([](Commit& commit) { ++commit.epoch; }), "epoch");
}

TEST_CASE("a commit that its device did not sign is refused",
          "[core][chain][mutant:commit-signature]") {
    const Established made;
    const Commit commit = made.account.next(made.member());
    refuses(advance(made.account.head(), TestAccount::signed_by(made.account.devices()[1], commit)),
            "not signed by its device");
    SignedCommit flipped = TestAccount::signed_by(made.member(), commit);
    flipped.signature[10] ^= 1;
    refuses(advance(made.account.head(), flipped), "not signed by its device");
}

TEST_CASE("a device that is not listed commits nothing", "[core][chain]") {
    Established made;
    const TestDevice stranger(made.random);
    refuses(made.try_by(stranger, made.account.next(stranger)), "not a member");
}

TEST_CASE("a device that was removed commits nothing more", "[core][chain]") {
    Established made;
    const TestDevice gone = made.account.remove_last_device(TestAccount::Signer::other);
    refuses(made.try_by(gone, made.account.next(gone)), "not a member");
    const Commit back = TestAccount::with_roster(
        made.account.next(gone), made.account.next_roster(), made.account.account_seed());
    refuses(made.try_by(gone, back), "not a member");
}

TEST_CASE("a device joins and leaves by its own commit, and never by both rosters' strangers",
          "[core][chain]") {
    Established made;
    made.account.join(made.random);
    const TestDevice gone = made.account.remove_last_device(TestAccount::Signer::itself);
    CHECK(made.account.head().device == gone.id());
    CHECK(made.account.head().roster.find(gone.id()) == nullptr);
}

TEST_CASE("a roster that is malformed is refused with its commit", "[core][chain]") {
    Established made;
    Commit commit = TestAccount::with_roster(
        made.account.next(made.member()), made.account.next_roster(), made.account.account_seed());
    commit.new_roster->bytes.push_back(0);
    commit.roster = roster_hash(*commit.new_roster);
    refuses(made.try_by(made.member(), commit), "malformed");
}

TEST_CASE("an account begins with a roster that its own key signed", "[core][chain]") {
    SeededRandom random;
    const TestAccount account(random);
    const SignedCommit& first = account.commits()[0];
    REQUIRE(begin_chain(account.head().vault, first));
    refuses(begin_chain(VaultId::random(random), first), "another vault");

    const TestDevice& device = account.devices()[0];
    const auto begin = [&](const std::function<void(Commit&)>& change) {
        Commit commit = *decode_commit(first.bytes);
        change(commit);
        return begin_chain(account.head().vault, TestAccount::signed_by(device, commit));
    };
    CHECK(begin([](Commit&) {}));
    refuses(begin([](Commit& commit) { commit.new_roster.reset(); }), "bring a roster");
    refuses(begin([](Commit& commit) { commit.n = 2; }), "number 1");
    refuses(begin([](Commit& commit) { commit.previous[0] = 1; }), "does not follow");
    refuses(begin([](Commit& commit) { commit.new_roster->signature[0] ^= 1; }),
            "not signed by the account key");
    refuses(begin([&](Commit& commit) { commit.device = DeviceId::random(random); }),
            "not a member");
}

TEST_CASE("the links of a history lead from one point to another",
          "[core][chain][mutant:chain-end]") {
    Established made;
    const auto& commits = made.account.commits();
    const ChainPoint first{1, commit_hash(commits[0])};
    const auto later = std::span(commits).subspan(1);
    const ChainPoint head = made.account.head().at;
    CHECK(check_links(first, later, head));
    CHECK(check_links(head, {}, head));
    CHECK_FALSE(check_links(first, later.first(2), head));
    CHECK_FALSE(check_links(first, {}, head));
}

TEST_CASE("a gap or another branch in a history's links is refused",
          "[core][chain][mutant:chain-links]") {
    Established made;
    const auto& commits = made.account.commits();
    const ChainPoint head = made.account.head().at;
    CHECK_FALSE(check_links({1, commit_hash(commits[0])}, std::span(commits).subspan(2), head));
    CHECK_FALSE(check_links({1, Hash{}}, std::span(commits).subspan(1), head));
    CHECK_FALSE(check_links({2, commit_hash(commits[0])}, std::span(commits).subspan(1), head));
}

TEST_CASE("a roster that the account key did not sign is refused",
          "[core][chain][mutant:roster-signature]") {
    Established made;
    const SigningSeed other = SigningSeed::random(made.random);
    refuses(made.try_roster([](Roster&) {}, other), "not signed by the account key");
}

TEST_CASE("a rotation's roster is signed by the account key before it, not by its own",
          "[core][chain]") {
    Established made;
    const SigningSeed newer = SigningSeed::random(made.random);
    const auto rotate = [&](Roster& roster) {
        roster.account_key = signing_public_key(newer.expose());
        ++roster.generation;
    };
    refuses(made.try_roster(rotate, newer), "not signed by the account key");
    CHECK(made.try_roster(rotate));
}

TEST_CASE("a roster of another vault is refused", "[core][chain][mutant:roster-vault]") {
    const Established made;
    refuses(made.try_roster([](Roster& roster) { roster.vault.bytes[3] ^= 1; }), "another vault");
}

TEST_CASE("a roster that was made for another commit is refused",
          "[core][chain][mutant:roster-number]") {
    const Established made;
    refuses(made.try_roster([](Roster& roster) { --roster.n; }), "another commit");
}

TEST_CASE("a roster that does not follow the one in force is refused",
          "[core][chain][mutant:roster-previous]") {
    const Established made;
    refuses(made.try_roster([](Roster& roster) { roster.previous[0] ^= 1; }),
            "does not follow the roster");
}

TEST_CASE("the generation of the vault key never falls",
          "[core][chain][mutant:roster-generation]") {
    Established made;
    made.account.rotate(made.random);
    refuses(made.try_roster([](Roster& roster) { --roster.generation; }), "older vault key");
}

TEST_CASE("the account key changes with the generation only",
          "[core][chain][mutant:roster-account-key]") {
    const Established made;
    refuses(made.try_roster([](Roster& roster) { roster.account_key[0] ^= 1; }),
            "without a rotation");
}

TEST_CASE("the epoch never falls", "[core][chain][mutant:roster-epoch]") {
    Established made;
    made.account.rotate(made.random);
    refuses(made.try_roster([](Roster& roster) { --roster.epoch; }), "older epoch");
}

TEST_CASE("the pinned memory of the key derivation never falls",
          "[core][chain][mutant:roster-kdf-memory]") {
    Established made;
    made.account.change_roster([](Roster& roster) { roster.pins.memory *= 2; });
    refuses(made.try_roster([](Roster& roster) { roster.pins.memory -= 1024; }),
            "lowers the memory");
}

TEST_CASE("the pinned passes of the key derivation never fall",
          "[core][chain][mutant:roster-kdf-passes]") {
    Established made;
    made.account.change_roster([](Roster& roster) { ++roster.pins.passes; });
    refuses(made.try_roster([](Roster& roster) {
        --roster.pins.passes;
        roster.pins.memory *= 2;
    }),
            "lowers the passes");
}

TEST_CASE("the oldest format that is allowed never falls",
          "[core][chain][mutant:roster-min-format]") {
    Established made;
    made.account.change_roster([](Roster& roster) { ++roster.min_format; });
    refuses(made.try_roster([](Roster& roster) { --roster.min_format; }), "older format");
}

}  // namespace sparekey::core
