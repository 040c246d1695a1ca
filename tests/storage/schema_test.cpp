// Migrations: each one transaction, a backup before the first, and none from the future.
#include "storage/schema/schema.h"

#include "storage/sqlite/statement.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <vector>

namespace sparekey::storage {
namespace {

struct Made {
    tests::Home home;
    tests::SeededRandom random;
    core::DatabaseKey key = core::DatabaseKey::random(random);
    std::string path = home.file("vault.db");

    Backup backup{path, key};

    Database open(Opening opening) const { return {path, key, opening, Workload::bulk}; }
    bool backed_up(int version) const { return std::filesystem::exists(backup.path_for(version)); }
};

std::vector<Migration> steps_with(std::initializer_list<Migration> more) {
    std::vector<Migration> steps(migrations().begin(), migrations().end());
    steps.insert(steps.end(), more);
    return steps;
}

/// A thousand rows, all changed by the next step: long enough to be killed in the middle.
constexpr const char* kFill =
    "CREATE TABLE added(x INTEGER PRIMARY KEY, y TEXT) STRICT;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
    "INSERT INTO added SELECT i, hex(randomblob(100)) FROM n";
constexpr const char* kChange = "UPDATE added SET y = 'v2 ' || hex(randomblob(120))";

}  // namespace

TEST_CASE("a migration makes its backup first and ends at the last version", "[storage][schema]") {
    const Made made;
    Database database = made.open(Opening::create);
    migrate(database, migrations(), made.backup);
    const int first = schema_version(database);
    CHECK_FALSE(made.backed_up(first));
    const auto steps = steps_with(
        {{first + 1, "CREATE TABLE added(x)"}, {first + 2, "INSERT INTO added VALUES(7)"}});
    migrate(database, steps, made.backup);
    CHECK(made.backed_up(first + 1));
    CHECK_FALSE(made.backed_up(first + 2));
    CHECK(schema_version(database) == first + 2);
    migrate(database, steps, made.backup);
    CHECK_FALSE(made.backed_up(first + 3));
    Database copy(made.backup.path_for(first + 1), made.key, Opening::existing, Workload::normal);
    CHECK(schema_version(copy) == first);
    Statement row(database, "SELECT x FROM added");
    REQUIRE(row.step());
    CHECK(row.integer(0) == 7);
}

TEST_CASE("a vault of schema 2 knows its counts after its migration", "[storage][schema]") {
    const Made made;
    Database database = made.open(Opening::create);
    migrate(database, migrations().first(2), made.backup);
    database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 7) "
        "INSERT INTO entries SELECT i, zeroblob(16), 1, 1, i > 5, 0, 0, 0, i % 3, '', '', '', '', "
        "'', '', '', '' FROM n");
    migrate(database, migrations(), made.backup);
    CHECK(made.backed_up(3));
    Statement shelves(database, "SELECT items, conflicts FROM shelves ORDER BY trashed");
    REQUIRE(shelves.step());
    CHECK(shelves.integer(0) == 5);
    CHECK(shelves.integer(1) == 1 + 2 + 0 + 1 + 2);
    REQUIRE(shelves.step());
    CHECK(shelves.integer(0) == 2);
    CHECK(shelves.integer(1) == 0 + 1);
}

TEST_CASE("a migration that fails leaves the version before it", "[storage][schema]") {
    const Made made;
    Database database = made.open(Opening::create);
    migrate(database, migrations(), made.backup);
    const int first = schema_version(database);
    const auto steps = steps_with({{first + 1, "CREATE TABLE added(x); SELECT nonsense"}});
    CHECK_THROWS(migrate(database, steps, made.backup));
    CHECK(schema_version(database) == first);
    migrate(database, migrations(), made.backup);
}

TEST_CASE("a database of a newer program is left alone", "[storage][schema]") {
    const Made made;
    Database database = made.open(Opening::create);
    const auto steps = steps_with({{migrations().back().version + 1, "CREATE TABLE later(x)"}});
    migrate(database, steps, made.backup);
    CHECK_THROWS_AS(migrate(database, migrations(), made.backup), core::SystemFailure);
}

TEST_CASE("a kill inside a migration leaves a version that the next open goes on from",
          "[storage][schema][kill]") {
    tests::SeededRandom random;
    const std::size_t rounds = tests::count(60);
    std::size_t before = 0, between = 0, after = 0;
    std::size_t whole_run = 0;  // microseconds
    for (std::size_t round = 0; round < rounds; ++round) {
        const Made made;
        int first = 0;
        {
            Database database = made.open(Opening::create);
            migrate(database, migrations(), made.backup);
            first = schema_version(database);
            migrate(database, steps_with({{first + 1, kFill}}), made.backup);
        }
        const auto steps =
            steps_with({{first + 1, kFill}, {first + 2, kChange}, {first + 3, kChange}});
        const pid_t child = ::fork();
        if (child == 0) {
            Database database = made.open(Opening::existing);
            migrate(database, steps, made.backup);
            ::_exit(0);
        }
        // The first round runs to its end: the others are killed within the time that it took.
        const auto start = std::chrono::steady_clock::now();
        if (round > 0) {
            ::usleep(static_cast<unsigned>(random.below(whole_run)));
            ::kill(child, SIGKILL);
        }
        ::waitpid(child, nullptr, 0);
        const auto taken = std::chrono::steady_clock::now() - start;
        if (round == 0) {
            whole_run = static_cast<std::size_t>(
                std::chrono::duration_cast<std::chrono::microseconds>(taken).count());
        }
        Database database = made.open(Opening::existing);
        const int version = schema_version(database);
        REQUIRE(version >= first + 1);
        before += version == first + 1 ? 1U : 0U;
        between += version == first + 2 ? 1U : 0U;
        after += version == first + 3 ? 1U : 0U;
        migrate(database, steps, made.backup);
        REQUIRE(schema_version(database) == first + 3);
        Statement rows(database, "SELECT count(*) FROM added WHERE y LIKE 'v2 %'");
        REQUIRE(rows.step());
        REQUIRE(rows.integer(0) == 1000);
        if (version == first + 3) continue;
        Database copy(made.backup.path_for(version + 1), made.key, Opening::existing,
                      Workload::normal);
        REQUIRE(schema_version(copy) == version);
        REQUIRE_NOTHROW(copy.check_integrity());
    }
    std::cout << "migration: " << rounds << " kills, " << before << " before the first step, "
              << between << " between two, " << after << " after the last\n";
    CHECK(after > 0);
}

}  // namespace sparekey::storage
