// Migrations: each one transaction, a backup before the first, and none from the future.
#include "storage/schema/schema.h"

#include "storage/sqlite/statement.h"
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <vector>

namespace sparekey::storage {
namespace {

struct Made {
    tests::Home home;
    tests::SeededRandom random;
    core::DatabaseKey key = core::DatabaseKey::random(random);
    std::string path = home.file("vault.db");

    Database open(Opening opening) const { return {path, key, opening, Workload::normal}; }
};

std::vector<Migration> steps_with(std::initializer_list<Migration> more) {
    std::vector<Migration> steps(migrations().begin(), migrations().end());
    steps.insert(steps.end(), more);
    return steps;
}

const auto kNoBackup = [](int) { FAIL("a new database needs no backup"); };

}  // namespace

TEST_CASE("a migration makes its backup first and ends at the last version", "[storage][schema]") {
    const Made made;
    Database database = made.open(Opening::create);
    migrate(database, migrations(), kNoBackup);
    const int first = schema_version(database);
    const auto steps = steps_with(
        {{first + 1, "CREATE TABLE added(x)"}, {first + 2, "INSERT INTO added VALUES(7)"}});
    std::vector<int> backups;
    migrate(database, steps, [&](int version) { backups.push_back(version); });
    CHECK(backups == std::vector<int>{first});
    CHECK(schema_version(database) == first + 2);
    migrate(database, steps, kNoBackup);
    Statement row(database, "SELECT x FROM added");
    REQUIRE(row.step());
    CHECK(row.integer(0) == 7);
}

TEST_CASE("a migration that fails leaves the version before it", "[storage][schema]") {
    const Made made;
    Database database = made.open(Opening::create);
    migrate(database, migrations(), kNoBackup);
    const int first = schema_version(database);
    const auto steps = steps_with({{first + 1, "CREATE TABLE added(x); SELECT nonsense"}});
    CHECK_THROWS(migrate(database, steps, [](int) {}));
    CHECK(schema_version(database) == first);
    migrate(database, migrations(), kNoBackup);
}

TEST_CASE("a database of a newer program is left alone", "[storage][schema]") {
    const Made made;
    Database database = made.open(Opening::create);
    const auto steps = steps_with({{schema_version(database) + 2, "CREATE TABLE later(x)"}});
    migrate(database, steps, kNoBackup);
    CHECK_THROWS_AS(migrate(database, migrations(), kNoBackup), core::SystemFailure);
}

}  // namespace sparekey::storage
