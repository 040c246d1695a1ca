// What a device that joins believes: one rule broken at a time, everything else signed as it
// should.
#include "core/chain/join.h"

#include "tests/support/account.h"

#include <catch2/catch_test_macros.hpp>

#include <functional>

namespace sparekey::core {
namespace {

using tests::SeededRandom;
using tests::TestAccount;
using tests::TestDevice;

/// The newest roster of the account, without that of its head if `before_head`.
std::optional<SignedRoster> newest_roster(const TestAccount& account, bool before_head = false) {
    std::optional<SignedRoster> newest;
    for (const SignedCommit& commit : account.commits()) {
        if (before_head && commit == account.commits().back()) break;
        auto decoded = decode_commit(commit.bytes);
        if (decoded->new_roster) newest = decoded->new_roster;
    }
    return newest;
}

OpenedChain served(const TestAccount& account) {
    return {*newest_roster(account), account.commits().back(), std::nullopt};
}

/// An account at a commit that brings no roster.
struct Grown {
    SeededRandom random;
    TestAccount account{random};
    Grown() {
        account.join(random);
        account.rotate(random);
        account.change_records(random);
    }
    Result<ChainHead> join(const OpenedChain& opened) const {
        return accept_opened(account.head().vault, account.account_keys(), opened);
    }
    /// The head as one of its members might have signed it.
    Result<ChainHead> join_with_head(const std::function<void(Commit&)>& change) const {
        OpenedChain opened = served(account);
        Commit head = *decode_commit(opened.head.bytes);
        change(head);
        for (const TestDevice& device : account.devices()) {
            if (device.id() == head.device) opened.head = TestAccount::signed_by(device, head);
        }
        return join(opened);
    }
    /// The roster as `seed` might have signed it, and a head that fits it.
    Result<ChainHead> join_with_roster(const std::function<void(Roster&)>& change,
                                       const SigningSeed& seed) const {
        Roster roster = account.head().roster;
        change(roster);
        OpenedChain opened{*sign_roster(roster, seed.expose()), {}, std::nullopt};
        Commit head = account.next(account.devices()[0]);
        head.vault = roster.vault;
        head.roster = roster_hash(opened.roster);
        head.epoch = roster.epoch;
        opened.head = TestAccount::signed_by(account.devices()[0], head);
        return accept_opened(account.head().vault, account.account_keys(), opened);
    }
};

void refuses(const Result<ChainHead>& outcome, std::string_view rule) {
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::integrity);
    CHECK(outcome.error().message.find(rule) != std::string::npos);
}

}  // namespace

TEST_CASE("a device that joins takes up the account where it stands", "[core][chain]") {
    const Grown made;
    const auto head = made.join(served(made.account));
    REQUIRE(head);
    CHECK(head->at == made.account.head().at);
    CHECK(head->roster == made.account.head().roster);
    CHECK(head->state_root == made.account.head().state_root);
    // And goes on from there as any other.
    const Commit next = made.account.next(made.account.devices()[0]);
    CHECK(advance(*head, TestAccount::signed_by(made.account.devices()[0], next)));
}

TEST_CASE("an account whose last step was a rotation or a joining is taken up", "[core][chain]") {
    Grown made;
    made.account.rotate(made.random);
    CHECK(made.join(served(made.account)));
    made.account.join(made.random);
    CHECK(made.join(served(made.account)));
}

TEST_CASE("a roster that no account key signed is refused",
          "[core][chain][mutant:join-roster-signature]") {
    Grown made;
    const SigningSeed other = SigningSeed::random(made.random);
    refuses(made.join_with_roster([](Roster&) {}, other), "not signed by an account key");
    CHECK(made.join_with_roster([](Roster&) {}, made.account.account_seed()));
}

TEST_CASE("a roster of another vault under the same keys is refused",
          "[core][chain][mutant:join-vault]") {
    const Grown made;
    // The head is of the right vault: only the roster is not.
    Roster roster = made.account.head().roster;
    roster.vault.bytes[0] ^= 1;
    OpenedChain opened{*sign_roster(roster, made.account.account_seed().expose()), {}, {}};
    Commit head = made.account.next(made.account.devices()[0]);
    head.roster = roster_hash(opened.roster);
    opened.head = TestAccount::signed_by(made.account.devices()[0], head);
    refuses(made.join(opened), "another vault");
}

TEST_CASE("a roster whose account key is not the keyring's newest is refused",
          "[core][chain][mutant:join-account-key]") {
    const Grown made;
    const auto former = made.account.account_keys().front();
    refuses(made.join_with_roster([&](Roster& roster) { roster.account_key = former; },
                                  made.account.account_seed()),
            "not the roster's");
}

TEST_CASE("a head of another vault is refused", "[core][chain][mutant:join-head-vault]") {
    const Grown made;
    refuses(made.join_with_head([](Commit& head) { head.vault.bytes[0] ^= 1; }), "another vault");
}

TEST_CASE("a head that names another roster is refused", "[core][chain][mutant:join-head-roster]") {
    const Grown made;
    refuses(made.join_with_head([](Commit& head) { head.roster[0] ^= 1; }), "another roster");
}

TEST_CASE("a head that is older than its roster is refused",
          "[core][chain][mutant:join-head-number]") {
    const Grown made;
    const std::uint64_t n = made.account.head().roster.n;
    refuses(made.join_with_head([&](Commit& head) { head.n = n; }), "do not belong together");
}

TEST_CASE("a head under another epoch than its roster's is refused",
          "[core][chain][mutant:join-head-epoch]") {
    const Grown made;
    refuses(made.join_with_head([](Commit& head) { --head.epoch; }), "epoch");
}

TEST_CASE("a head that its device did not sign is refused",
          "[core][chain][mutant:join-head-signature]") {
    const Grown made;
    OpenedChain opened = served(made.account);
    opened.head.signature[1] ^= 1;
    refuses(made.join(opened), "not signed by its device");
}

TEST_CASE("an account whose last step was a leaving is taken up with the roster before",
          "[core][chain]") {
    Grown made;
    made.account.remove_last_device(TestAccount::Signer::itself);
    OpenedChain opened = served(made.account);
    refuses(made.join(opened), "not made by a member");
    opened.roster_before = newest_roster(made.account, true);
    CHECK(made.join(opened));
}

TEST_CASE("another roster before than the one that the roster follows is refused",
          "[core][chain][mutant:join-roster-before]") {
    Grown made;
    made.account.change_roster([](Roster&) {});
    const auto older = newest_roster(made.account, true);
    made.account.remove_last_device(TestAccount::Signer::itself);
    OpenedChain opened = served(made.account);
    opened.roster_before = older;
    refuses(made.join(opened), "roster before is another");
}

TEST_CASE("a stranger's head is refused, whatever roster stands before", "[core][chain]") {
    Grown made;
    const TestDevice stranger(made.random);
    OpenedChain opened = served(made.account);
    Commit head = made.account.next(stranger);
    opened.head = TestAccount::signed_by(stranger, head);
    opened.roster_before = newest_roster(made.account);
    refuses(made.join(opened), "not made by a member");
}

}  // namespace sparekey::core
