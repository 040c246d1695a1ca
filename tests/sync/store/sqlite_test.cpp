// What is SQLite's own: group commit, a full disk, locks, the file as others see it.
#include "sync/server/store/sqlite/sqlite_database.h"
#include "tests/support/small_disk.h"
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <atomic>
#include <chrono>

namespace sparekey::sync {
namespace {

using tests::Chain;
using tests::StoreKind;

constexpr Query kAddHead("INSERT INTO audit_heads(scope, n, hash) VALUES($1, 1, $1)");
constexpr Query kCountHeads("SELECT count(*) FROM audit_heads");

std::unique_ptr<SqliteDatabase> open(const tests::StoreOnDisk& disk) {
    return SqliteDatabase::open(disk.path(), Use::server).value();
}

void add_head(Session& session, std::uint8_t number) {
    const Bytes scope = {number};
    session.run(kAddHead, {bytes(scope)});
}

std::uint64_t count_heads(Database& database) {
    std::uint64_t count = 0;
    database.read(View::statement, [&count](Session& session) {
        count = session.run(kCountHeads, {}).rows.at(0).number(0);
    });
    return count;
}

/// Runs `works` so that they wait for the writer together: the first holds it until all have come.
void write_together(SqliteDatabase& database, const std::vector<Writing>& works,
                    std::vector<std::string>& failures) {
    std::atomic<std::size_t> coming = 0;
    failures.assign(works.size(), "");
    tests::in_parallel(works.size() + 1, [&](std::size_t i) {
        if (i == works.size()) {
            database.write([&](Session&) {
                while (coming < works.size()) std::this_thread::yield();
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                return Decision::undo;
            });
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        ++coming;
        try {
            database.write(works[i]);
        } catch (const std::exception& failure) {
            failures[i] = failure.what();
        }
    });
}

}  // namespace

TEST_CASE("those that wait together share a transaction; who fails in it fails alone",
          "[sync][store][sqlite]") {
    const tests::StoreOnDisk disk(StoreKind::sqlite);
    const auto database = open(disk);
    std::vector<Writing> works;
    for (std::uint8_t i = 0; i < 30; ++i) {
        works.emplace_back([i](Session& session) {
            add_head(session, i);
            if (i == 7) throw std::runtime_error("seven");
            return i == 11 ? Decision::undo : Decision::keep;
        });
    }
    // A row that is there already: the statement fails, and only its own savepoint goes.
    works.emplace_back([](Session& session) {
        add_head(session, 200);
        add_head(session, 200);
        return Decision::keep;
    });
    std::vector<std::string> failures;
    const std::uint64_t before = database->commits();
    write_together(*database, works, failures);
    CHECK(count_heads(*database) == 28);
    CHECK(failures[7] == "seven");
    CHECK(failures[11].empty());
    CHECK_FALSE(failures[30].empty());
    CHECK(std::count(failures.begin(), failures.end(), "") == 29);
    CHECK(database->commits() - before < works.size());
}

TEST_CASE("on a full disk pushes are refused, reads go on, and nothing that was answered is lost",
          "[sync][store][sqlite][disk]") {
    const tests::StoreOnDisk disk(StoreKind::sqlite);
    tests::SmallDisk small(disk.home(), 24 << 20);
    if (!small.reason().empty()) SKIP(small.reason());
    tests::SeededRandom random;
    const auto store = disk.open();
    Chain chain(*store, random);
    REQUIRE(chain.found({tests::random_device(random)}).pushed);
    const auto push_some = [&] {
        return chain.push(chain.next({tests::put(RecordId::random(random), 1, Bytes(100'000, 7))}));
    };
    REQUIRE(push_some().pushed);
    small.leave(1 << 20);
    CHECK_THROWS_AS(
        [&] {
            for (int i = 0; i < 200; ++i) push_some();
        }(),
        StoreUnavailable);
    CHECK_NOTHROW(store->ping());
    REQUIRE(store->account(chain.id));
    CHECK(store->account(chain.id)->head == chain.n);
    CHECK(store->pull(chain.id, 0, 100'000'000)->commits.size() == chain.n);
    CHECK(store->snapshot(chain.id, {}, 1 << 30)->records.size() == chain.n - 1);
    CHECK_NOTHROW(store->seen(chain.id, DeviceId{}, tests::kNow));
    small.make_room();
    CHECK(push_some().pushed);
    CHECK(store->account(chain.id)->head == chain.n);
    CHECK(verify_store(*disk.open_database(), tests::commit_reader()));
}

TEST_CASE("on a nearly full disk a push that does not fit takes no neighbour along",
          "[sync][store][sqlite][disk]") {
    const tests::StoreOnDisk disk(StoreKind::sqlite);
    tests::SmallDisk small(disk.home(), 24 << 20);
    if (!small.reason().empty()) SKIP(small.reason());
    const auto database = open(disk);
    small.leave(2 << 20);
    std::vector<Writing> works;
    for (std::uint8_t i = 0; i < 8; ++i) {
        works.emplace_back([i](Session& session) {
            const Bytes scope = i == 3 ? Bytes(30 << 20, i) : Bytes{i};
            session.run(kAddHead, {bytes(scope)});
            return Decision::keep;
        });
    }
    std::vector<std::string> failures;
    write_together(*database, works, failures);
    CHECK(count_heads(*database) == 7);
    CHECK_FALSE(failures[3].empty());
    CHECK(std::count(failures.begin(), failures.end(), "") == 7);
}

TEST_CASE("one server has a SQLite store; commands beside it, restore only without it",
          "[sync][store][sqlite][mutant:store-lock]") {
    const tests::StoreOnDisk disk(StoreKind::sqlite);
    const auto refused = [&disk](Use use) {
        const auto opened = open_store(disk.address(), use);
        return !opened && opened.error().code == core::ErrorCode::conflict;
    };
    {
        const auto server = disk.open(Use::server);
        CHECK(refused(Use::server));
        CHECK(refused(Use::alone));
        CHECK_NOTHROW(disk.open(Use::visitor));
    }
    {
        const auto visitor = disk.open(Use::visitor);
        CHECK(refused(Use::alone));
        CHECK_NOTHROW(disk.open(Use::server));
    }
    const auto alone = disk.open(Use::alone);
    CHECK(refused(Use::visitor));
    CHECK(refused(Use::server));
}

TEST_CASE("what an administrator's command writes is seen by the server beside it",
          "[sync][store][sqlite]") {
    const tests::StoreOnDisk disk(StoreKind::sqlite);
    tests::SeededRandom random;
    const auto server = disk.open(Use::server);
    const Invitation invitation{tests::random_hash(random), 1, tests::kNow + 1};
    disk.open(Use::visitor)->add_invitation(invitation, tests::audit("invite"));
    CHECK(server->invitation_is_good(invitation.code, tests::kNow));
}

TEST_CASE("the file is private, and stock sqlite3 reads it", "[sync][store][sqlite]") {
    const tests::StoreOnDisk disk(StoreKind::sqlite);
    const mode_t before = ::umask(0);
    {
        const auto store = disk.open();
        store->append_audit(tests::audit("login"));
        for (const char* const suffix : {"", "-wal", "-shm"}) {
            struct stat status {};
            REQUIRE(::stat((disk.path() + suffix).c_str(), &status) == 0);
            CHECK((status.st_mode & 0777) == 0600);
        }
        const auto shown = disk.home().run_program("/usr/bin/sqlite3",
                                                   {disk.path(), "SELECT n, action FROM audit"});
        CHECK(shown.out == "1|login\n");
    }
    ::umask(before);
    ::chmod(disk.path().c_str(), 0644);
    const auto store = disk.open();
    struct stat status {};
    REQUIRE(::stat(disk.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("another program's file, a newer store and no database at all are refused",
          "[sync][store][sqlite]") {
    const tests::StoreOnDisk disk(StoreKind::sqlite);
    SECTION("another program's") {
        disk.tamper("CREATE TABLE other(x)");
        CHECK_THROWS_AS(disk.open(), StoreDamaged);
    }
    SECTION("newer") {
        disk.open();
        disk.tamper("PRAGMA user_version = 999");
        CHECK_THROWS_AS(disk.open(), StoreUnavailable);
    }
    SECTION("no database") {
        tests::write_text(disk.path(), std::string(10'000, 'x'));
        CHECK_THROWS_AS(disk.open(), StoreDamaged);
    }
    SECTION("a folder that is not there") {
        CHECK_THROWS_AS(open_store("sqlite:/nowhere/at/all.db", Use::server), core::SystemFailure);
    }
}

TEST_CASE("a store's address is understood, or refused without repeating it", "[sync][store]") {
    for (const char* const wrong : {"", "sqlite:", "postgresql:", "mysql://x", "/path", "file:x"}) {
        const auto opened = open_store(wrong, Use::server);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == core::ErrorCode::usage);
    }
    const auto secret = open_store("postgres//al:secret@host/db", Use::server);
    REQUIRE_FALSE(secret);
    CHECK(secret.error().message.find("secret") == std::string::npos);
}

TEST_CASE("a listener hears of heads that moved, until it is taken away", "[sync][store]") {
    const tests::StoreOnDisk disk(BOTH_STORES);
    const auto store = disk.open();
    tests::SeededRandom random;
    Chain chain(*store, random);
    std::atomic<std::uint64_t> heard = 0;
    store->on_change([&](const AccountId& id, std::uint64_t head) {
        if (id == chain.id) heard = head;
    });
    REQUIRE(chain.found().pushed);
    for (int i = 0; i < 20; ++i) REQUIRE(chain.push(chain.next()).pushed);
    for (int wait = 0; wait < 2'000 && heard != chain.n; ++wait) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(heard == chain.n);
    store->on_change({});
    heard = 0;
    REQUIRE(chain.push(chain.next()).pushed);
    CHECK(store->push(chain.next()).pushed);
    CHECK(heard == 0);
}

}  // namespace sparekey::sync
