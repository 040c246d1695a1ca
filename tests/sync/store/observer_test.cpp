// Who measures a store hears of every transaction, group, push and page.
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>

namespace sparekey::sync {
namespace {

struct Heard final : StoreObserver {
    void transaction(StoreWork work, std::chrono::nanoseconds took, bool worked) override {
        if (took.count() < 0) ++backwards;
        ++(worked ? (work == StoreWork::write ? writes : reads) : failures);
    }
    void group(std::size_t together) override {
        ++groups;
        grouped += together;
    }
    void push(const PushOutcome& outcome) override {
        ++(outcome.pushed ? (outcome.pushed->repeated ? repeated : stored) : behind);
        if (!outcome.pushed) CHECK(outcome.refusal == PushRefusal::behind);
    }
    void pull(const Pull& page) override { pulled += page.commits.size(); }

    std::atomic<std::size_t> writes{0}, reads{0}, failures{0}, backwards{0}, groups{0}, grouped{0},
        stored{0}, repeated{0}, behind{0}, pulled{0};
};

}  // namespace

TEST_CASE("an observer hears of pushes, pages and the transactions behind them",
          "[sync][store][observer]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    Heard heard;
    const auto store = open_store(disk.address(), Use::server, &heard).value();
    tests::SeededRandom random;
    tests::Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    const Push next = chain.next({tests::put(RecordId::random(random), 1, {1})});
    REQUIRE(chain.push(next).pushed);
    CHECK(store->push(next).pushed->repeated);
    CHECK_FALSE(store->push(tests::push_on(chain.id, 7, next.commit.hash, {})).pushed);
    REQUIRE(store->pull(chain.id, 0, 10'000));
    CHECK_FALSE(store->pull(AccountId::random(random), 0, 10'000));
    CHECK(heard.stored == 2);
    CHECK(heard.repeated == 1);
    CHECK(heard.behind == 1);
    CHECK(heard.pulled == 2);
    CHECK(heard.writes == 4);
    CHECK(heard.reads == 2);
    CHECK(heard.failures == 0);
    CHECK(heard.backwards == 0);
    const bool grouped = disk.kind() == tests::StoreKind::sqlite;
    CHECK(heard.grouped == (grouped ? 4U : 0U));
    CHECK(heard.groups == (grouped ? 4U : 0U));
}

TEST_CASE("an observer hears of a transaction that failed, and what it threw still comes out",
          "[sync][store][observer]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    Heard heard;
    const auto database = open_database(disk.address(), Use::server, &heard).value();
    CHECK_THROWS_AS(database->write([](Session&) -> Decision { throw core::SystemFailure("no"); }),
                    core::SystemFailure);
    CHECK_THROWS_AS(
        database->read(View::statement, [](Session&) { throw core::SystemFailure("no"); }),
        core::SystemFailure);
    CHECK(heard.failures == 2);
    CHECK(heard.writes + heard.reads == 0);
}

}  // namespace sparekey::sync
