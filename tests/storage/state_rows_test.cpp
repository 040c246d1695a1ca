// The table `state`: an older page of it is refused, alone or with others (L-09).
#include "storage/store/state_rows.h"

#include "storage/schema/schema.h"
#include "tests/storage/replay.h"
#include "tests/storage/stored.h"

#include <catch2/catch_test_macros.hpp>

#include <iostream>
#include <map>

namespace sparekey::storage {
namespace {

/// By name; one that was removed is nothing.
using States = std::map<std::string, std::optional<core::Bytes>>;

/// Some are put, of up to three pages, some removed; rows that have no sum lie among them, so that
/// the table has several pages.
void change_states(VaultStore& store, tests::SeededRandom& random, States& states) {
    const auto transaction = store.begin_sync();
    for (int count = 0; count < 4; ++count) {
        const std::string name = "state-" + std::to_string(random.below(12));
        if (random.below(4) == 0) {
            transaction->remove_state(name);
            states[name].reset();
            continue;
        }
        core::Bytes value(random.below(12'000));
        random.fill(value);
        transaction->put_state(name, value);
        states[name] = std::move(value);
    }
    for (int count = 0; count < 8; ++count) {
        core::Bytes value(900);
        random.fill(value);
        transaction->put_state("state-" + std::to_string(random.below(12)) + "/x", value);
    }
    transaction->commit();
}

core::Result<std::optional<core::Bytes>> asked_for(VaultStore& store, const std::string& name) {
    return answer_to([&] { return core::Result(store.state(name)); });
}

/// With no table yet.
struct NewDatabase {
    tests::Home home;
    tests::SeededRandom random;
    core::DatabaseKey key = core::DatabaseKey::random(random);
    std::string path = home.file("vault.db");
    Backup backup{path, key};
    Database database{path, key, Opening::create, Workload::normal};
};

}  // namespace

TEST_CASE("no page that was put back brings an older state of the vault back",
          "[storage][damage][mutant:state-freshness]") {
    tests::SeededRandom random;
    Stored stored;
    States states;
    std::vector<std::string> older;
    for (int round = 0; round < 20; ++round) {
        change_states(*stored.open(), random, states);
        older.push_back(tests::read_text(stored.path));
    }
    const std::string now = older.back();
    older.pop_back();
    std::size_t right = 0, refused = 0, refused_at_open = 0;
    each_replay(older, now, [&](const std::string& mixed) {
        tests::write_text(stored.path, mixed);
        const auto store = stored.try_open();
        if (!store) {
            REQUIRE(store.error().code == core::ErrorCode::integrity);
            ++refused_at_open;
            return;
        }
        for (const auto& [name, value] : states) {
            const auto found = asked_for(**store, name);
            if (found) {
                REQUIRE(*found == value);
                ++right;
            } else {
                REQUIRE(found.error().code == core::ErrorCode::integrity);
                REQUIRE_FALSE((*store)->verify());
                ++refused;
            }
        }
    });
    std::cout << "replay: " << right << " states right, " << refused << " refused, and "
              << refused_at_open << " files\n";
    CHECK(right > 0);
    CHECK(refused > 0);
    CHECK(refused_at_open > 0);
}

TEST_CASE("what a transaction puts is the state in it, and afterwards if it is committed",
          "[storage]") {
    Stored stored;
    const auto store = stored.open();
    const core::Bytes first = {1}, second = {2};
    const auto put = [&](const core::Bytes& value) {
        auto transaction = store->begin_sync();
        transaction->put_state("name", value);
        CHECK(store->state("name") == value);
        return transaction;
    };
    put(first);
    CHECK_FALSE(store->state("name"));
    put(first)->commit();
    CHECK(store->state("name") == first);
    put(second);
    CHECK(store->state("name") == first);
    {
        const auto transaction = store->begin_sync();
        transaction->remove_state("name");
        CHECK_FALSE(store->state("name"));
    }
    CHECK(store->state("name") == first);
    CHECK(store->verify());
}

TEST_CASE("a change of keyring or key slots is one that an older vault does not have",
          "[storage]") {
    Stored stored;
    const auto store = stored.open();
    std::vector<StoreHead> told;
    store->on_commit([&](const StoreHead& head) { told.push_back(head); });
    store->replace_keyring(core::bytes_of("another"));
    store->allow_key_slots(std::vector{core::Hash{7}});
    REQUIRE(told.size() == 2);
    CHECK(told[0].sequence == 2);
    CHECK(told[1].sequence == 3);
    CHECK(store->head() == told[1]);
}

TEST_CASE("a vault of schema 5 has sums of its state after its migration", "[storage][schema]") {
    NewDatabase there;
    Database& database = there.database;
    migrate(database, migrations().first(5), there.backup);
    database.execute(
        "INSERT INTO state VALUES('vault', x'01'), ('commit/1', x'02'), ('account', x'')");
    migrate(database, migrations(), there.backup);
    StateRows states(database);
    states.check();
    CHECK(states.find("vault") == core::Bytes{1});
    CHECK(states.find("commit/1") == core::Bytes{2});
    CHECK(states.find("account") == core::Bytes{});
    CHECK_FALSE(states.find("push"));
    database.execute("UPDATE state SET value = x'02'");
    CHECK_THROWS_AS(StateRows(database), CorruptDatabase);
}

TEST_CASE("a vault that has sums is none of schema 5", "[storage][schema]") {
    NewDatabase there;
    Database& database = there.database;
    migrate(database, migrations(), there.backup);
    database.execute("PRAGMA user_version = 5");
    CHECK_THROWS_AS(migrate(database, migrations(), there.backup), CorruptDatabase);
}

TEST_CASE("sums of the state have one encoding", "[storage]") {
    const core::Hash one{1}, two{2};
    const StateSums sums = {{"account", one}, {"vault", two}};
    const core::Bytes bytes = encode(sums);
    CHECK(decode_state_sums(bytes) == sums);
    CHECK(decode_state_sums({}).empty());
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        if (cut == encode({{"account", one}}).size()) continue;
        CHECK_THROWS_AS(decode_state_sums(core::ByteView(bytes).first(cut)), CorruptDatabase);
    }
    core::Bytes swapped = encode({{"vault", two}});
    const core::Bytes first = encode({{"account", one}});
    swapped.insert(swapped.end(), first.begin(), first.end());
    CHECK_THROWS_AS(decode_state_sums(swapped), CorruptDatabase);
}

}  // namespace sparekey::storage
