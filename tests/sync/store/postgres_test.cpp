// What is PostgreSQL's own: several servers on one database, lost connections, what to try again.
#include "sync/server/store/postgres/connection.h"
#include "tests/support/postgres_cluster.h"
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace sparekey::sync {
namespace {

using tests::Chain;
using tests::PostgresCluster;
using tests::StoreKind;

constexpr Script kBegin("BEGIN");
constexpr Script kLockAccounts("LOCK TABLE accounts");

/// From now on `statement` runs before each commit is stored.
void before_each_commit(const tests::StoreOnDisk& disk, const std::string& statement) {
    disk.tamper(
        "CREATE SEQUENCE tries; CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN " +
        statement +
        " RETURN NEW; END $$; CREATE TRIGGER meddle BEFORE INSERT ON commits FOR EACH ROW "
        "EXECUTE FUNCTION meddle()");
}

const std::string kEndOthers =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()";

bool comes_true(const std::function<bool()>& condition) {
    for (int wait = 0; wait < 2'000; ++wait) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

}  // namespace

TEST_CASE("a transaction that met another is tried again",
          "[sync][store][postgres]"
          "[mutant:transaction-retry]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    const std::string code = GENERATE("40001", "40P01");
    before_each_commit(
        disk, "IF nextval('tries') <= 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '" + code +
                  "'; END IF;");
    CHECK(chain.found().pushed);
    CHECK(store->audit_head(chain.id).n == 1);
}

TEST_CASE("a database that never lets a transaction through is unavailable",
          "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    before_each_commit(disk, "RAISE EXCEPTION 'again' USING ERRCODE = '40001';");
    CHECK_THROWS_AS(chain.found(), StoreUnavailable);
    CHECK_FALSE(store->account(chain.id));
}

TEST_CASE("a connection that is lost inside a transaction loses the transaction, whole",
          "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    before_each_commit(disk, "PERFORM pg_terminate_backend(pg_backend_pid());");
    CHECK_THROWS_AS(chain.found(), StoreUnavailable);
    CHECK_FALSE(store->account(chain.id));
    CHECK(store->audit_head(chain.id).n == 0);
    disk.tamper("DROP TRIGGER meddle ON commits");
    CHECK(chain.found().pushed);
}

TEST_CASE("connections that ended while nobody used them are replaced unnoticed",
          "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    tests::in_parallel(8, [&](std::size_t) { store->account(chain.id); });
    disk.tamper(kEndOthers);
    CHECK(store->account(chain.id));
    disk.tamper(kEndOthers);
    CHECK(chain.push(chain.next()).pushed);
    disk.tamper(kEndOthers);
    CHECK(store->pull(chain.id, 0, 1000)->commits.size() == 2);
}

TEST_CASE("a database that is away is said to be, and used again once it is back",
          "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    REQUIRE(chain.found().pushed);
    PostgresCluster::shared().crash();
    CHECK_THROWS_AS(store->ping(), StoreUnavailable);
    CHECK_THROWS_AS(store->account(chain.id), StoreUnavailable);
    CHECK_THROWS_AS(store->push(chain.next()), StoreUnavailable);
    CHECK_THROWS_AS(open_store(disk.address(), Use::server), StoreUnavailable);
    PostgresCluster::shared().start();
    CHECK(chain.push(chain.next()).pushed);
    CHECK(verify_store(*disk.open_database(), tests::commit_reader()));
}

TEST_CASE("why PostgreSQL cannot be reached is said, and no password with it",
          "[sync][store][postgres]") {
    const std::string address = PostgresCluster::shared().new_database();
    const std::string reached = address.substr(std::string_view("postgresql:").size());
    const auto reason = [](const std::string& options) {
        std::string told;
        try {
            const PostgresConnection connection(options);
        } catch (const StoreUnavailable& failure) {
            told = failure.what();
        }
        CHECK(told.find("canary") == std::string::npos);
        CHECK(told.find('\n') == std::string::npos);
        return told;
    };
    const auto has = [](const std::string& text, const char* part) {
        INFO(text);
        return text.find(part) != std::string::npos;
    };
    CHECK(reason(reached).empty());
    CHECK(has(reason(reached + "_none password=canary"), "_none\" does not exist"));
    CHECK(has(reason("postgresql://someone:canary@127.0.0.1:1/x"), "Connection refused"));
    CHECK(has(reason("postgresql://someone:canary@nowhere.invalid/x"), "host's name is not known"));
    CHECK(has(reason("host=/nonexistent password=canary"), "No such file or directory"));
    // Written wrongly, a part of the password is taken for the host, the port or an option.
    CHECK(has(reason("postgresql://someone:1/canary@127.0.0.1/x"), "PostgreSQL is away"));
    CHECK(has(reason("postgresql://someone:1@canary@127.0.0.1/x"), "PostgreSQL is away"));
    CHECK(has(reason("postgresql://someone:%zz-canary@127.0.0.1/x"), "PostgreSQL is away"));
    CHECK(has(reason("password=x canary"), "PostgreSQL is away"));
}

TEST_CASE("a database that is slow is answered like one that is away", "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    {
        PostgresConnection somebody(disk.address().substr(disk.address().find(':') + 1));
        somebody.execute(kBegin);
        somebody.execute(kLockAccounts);
        CHECK_THROWS_AS(chain.found(), StoreUnavailable);
        CHECK_NOTHROW(store->audit_head({}));
    }
    CHECK(chain.found().pushed);
}

TEST_CASE("servers on one database hear each other's heads, and each its own once",
          "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto one = disk.open(), two = disk.open();
    tests::SeededRandom random;
    Chain chain(*one, random);
    std::mutex mutex;
    std::vector<std::uint64_t> at_one, at_two;
    const auto into = [&](std::vector<std::uint64_t>& heads) {
        return [&](const AccountId& id, std::uint64_t head) {
            const std::lock_guard lock(mutex);
            if (id == chain.id) heads.push_back(head);
        };
    };
    one->on_change(into(at_one));
    two->on_change(into(at_two));
    const auto heard = [&](const std::vector<std::uint64_t>& heads, std::uint64_t head) {
        const std::lock_guard lock(mutex);
        return !heads.empty() && heads.back() == head;
    };
    REQUIRE(chain.found().pushed);
    CHECK(comes_true([&] { return heard(at_two, 1); }));
    // The listener's own connection is lost and comes back by itself.
    disk.tamper(kEndOthers);
    CHECK(comes_true([&] {
        return chain.push(chain.next()).pushed &&
               comes_true([&] { return heard(at_one, chain.n); }) &&
               (std::this_thread::sleep_for(std::chrono::milliseconds(100)),
                heard(at_two, chain.n));
    }));
    CHECK(std::is_sorted(at_one.begin(), at_one.end()));
    CHECK(std::adjacent_find(at_one.begin(), at_one.end()) == at_one.end());
}

TEST_CASE("what anybody else says on the servers' channel is a hint, or nothing",
          "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto store = disk.open();
    std::atomic<std::uint64_t> heard = 0;
    store->on_change([&](const AccountId&, std::uint64_t head) { heard = head; });
    const std::string id(26, 'a');
    disk.tamper(
        "NOTIFY sparekey_head, ''; NOTIFY sparekey_head, 'x y z'; NOTIFY sparekey_head, '1';"
        "NOTIFY sparekey_head, '0 short 1'; NOTIFY sparekey_head, '0 " +
        id + " -'; NOTIFY sparekey_head, '0 " + id + " 42'");
    CHECK(comes_true([&] { return heard == 42; }));
}

TEST_CASE("servers that start together on a new database make its tables once",
          "[sync][store][postgres][parallel]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    tests::in_parallel(6, [&](std::size_t) { disk.open()->append_audit(tests::audit("start")); });
    CHECK(disk.open()->audit_head({}).n == 6);
}

TEST_CASE("restore and migrate have a PostgreSQL database for themselves, or not at all",
          "[sync][store][postgres][mutant:postgres-store-lock]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    const auto refused = [&disk](Use use) {
        const auto opened = open_store(disk.address(), use);
        return !opened && opened.error().code == core::ErrorCode::conflict;
    };
    {
        const auto server = disk.open(Use::server);
        CHECK(refused(Use::alone));
        CHECK_NOTHROW(disk.open(Use::server));
    }
    const auto alone = disk.open(Use::alone);
    CHECK(refused(Use::server));
    CHECK(refused(Use::visitor));
}

TEST_CASE("a database whose server is just ending is waited for", "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    auto server = disk.open(Use::server);
    std::thread ends([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        server.reset();
    });
    const bool opened = open_store(disk.address(), Use::alone).has_value();
    ends.join();
    CHECK(opened);
}

TEST_CASE("a newer server's tables are left alone", "[sync][store][postgres]") {
    const tests::StoreOnDisk disk(StoreKind::postgres);
    disk.open();
    disk.tamper("UPDATE schema_version SET version = 999");
    CHECK_THROWS_AS(disk.open(), StoreUnavailable);
}

}  // namespace sparekey::sync
