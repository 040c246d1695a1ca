// The vault's side of a sync: the token that waits for the next one.
#include "cli/access/local_replica.h"

#include "core/chain/commit.h"
#include "tests/support/fake_clock.h"
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

using std::chrono::seconds;

struct OpenedReplica {
    std::string kept() {
        const auto token = replica.kept_token();
        REQUIRE(token);
        return std::string(token->expose());
    }
    void keep(const char* token, seconds lifetime) {
        REQUIRE(replica.keep_token(core::SecretText::copy_of(token), lifetime));
    }

    tests::FolderOnDisk disk;
    std::unique_ptr<storage::OpenedFolder> folder = *disk.open();
    tests::FakeClock clock;
    tests::SeededRandom random;
    core::Vault vault{folder->key_slots().vault,
                      folder->device_secrets().device(),
                      folder->keyring(),
                      folder->store(),
                      clock,
                      random};
    LocalReplica replica{vault, *folder, std::make_shared<core::AccountTree>()};
};

}  // namespace

TEST_CASE("a token waits until shortly before it runs out", "[cli][sync]") {
    OpenedReplica opened;
    CHECK(opened.replica.kept_token().error().code == core::ErrorCode::conflict);
    REQUIRE(opened.replica.found_account("https://one.example", "laptop"));
    CHECK(opened.kept().empty());
    opened.keep("first", seconds(600));
    CHECK(opened.kept() == "first");
    opened.clock.advance(569'000);
    CHECK(opened.kept() == "first");
    opened.clock.advance(1'000);
    CHECK(opened.kept().empty());
    opened.keep("short", seconds(20));
    CHECK(opened.kept().empty());
    opened.keep("long", seconds::max());
    opened.clock.advance(600'000);
    CHECK(opened.kept().empty());
    opened.keep("odd", seconds::min());
    CHECK(opened.kept().empty());
}

TEST_CASE("a token is for the server that gave it", "[cli][sync][mutant:token-of-another-server]") {
    OpenedReplica opened;
    REQUIRE(opened.replica.found_account("https://one.example", "laptop"));
    opened.keep("first", seconds(600));
    REQUIRE(opened.replica.abandon_account());
    REQUIRE(opened.replica.found_account("https://other.example", "laptop"));
    CHECK(opened.kept().empty());
    opened.keep("second", seconds(600));
    CHECK(opened.kept() == "second");
}

TEST_CASE("no token outlives a logout", "[cli][sync]") {
    OpenedReplica opened;
    REQUIRE(opened.replica.found_account("https://one.example", "laptop"));
    opened.keep("first", seconds(600));
    REQUIRE(opened.replica.leave());
    CHECK(opened.kept().empty());
}

TEST_CASE("a device that left in the middle of its first snapshot goes on with it", "[cli][sync]") {
    OpenedReplica opened;
    REQUIRE(opened.replica.found_account("https://one.example", "laptop"));
    const auto request = opened.replica.next_push({});
    REQUIRE(request);
    REQUIRE(request->has_value());
    REQUIRE(opened.replica.settle({{1, core::commit_hash((*request)->commit)}, {}}));
    const auto stage_after_login = [&] {
        REQUIRE(opened.replica.leave());
        REQUIRE(opened.replica.rejoin(""));
        return opened.replica.membership().value()->stage;
    };
    CHECK(stage_after_login() == core::AccountStage::in_use);
    const core::Record part{core::RecordId::random(opened.random),
                            core::RecordType::setting,
                            std::nullopt,
                            1,
                            1,
                            {1, 2, 3}};
    const auto transaction = opened.folder->store().begin_sync();
    transaction->put_from_account(part, nullptr);
    transaction->commit();
    CHECK(stage_after_login() == core::AccountStage::joining);
}

}  // namespace sparekey::cli
