// Backup, restore, verify and migrate: nothing is lost on the way, and damage is found.
#include "sync/server/store/upkeep/backup.h"
#include "tests/support/postgres_cluster.h"
#include "tests/sync/store/answers.h"
#include "tests/sync/store/store_on_disk.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

namespace sparekey::sync {
namespace {

using tests::Chain;
using tests::StoreKind;
using tests::StoreOnDisk;

/// Something in every table.
std::vector<AccountId> fill(Store& store, tests::SeededRandom& random, std::size_t commits) {
    std::vector<AccountId> ids;
    for (int i = 0; i < 3; ++i) {
        Chain chain(store, random);
        const Device device = tests::random_device(random);
        Push first = chain.founding({device});
        first.founding->identity = tests::identity(chain.id.text());
        REQUIRE(chain.push(first).pushed);
        std::vector<Change> changes;
        for (std::size_t n = 0; n < commits; ++n) {
            changes.push_back(tests::put(RecordId::random(random), 1,
                                         tests::random_bytes(random, 50 + random.below(200))));
            if (changes.size() < 20 && n + 1 < commits) continue;
            REQUIRE(chain.push(chain.next(std::exchange(changes, {}))).pushed);
        }
        Ticket held = tests::ticket(TicketKind::access_token, tests::random_hash(random));
        held.account = chain.id;
        held.device = device.id;
        store.put_ticket(held);
        ids.push_back(chain.id);
    }
    store.add_invitation({tests::random_hash(random), 3, tests::kNow}, tests::audit("invite"));
    return ids;
}

Contents contents(const StoreOnDisk& disk) {
    Contents held;
    disk.open_database()->read(View::snapshot,
                               [&held](Session& session) { held = contents_of(session); });
    return held;
}

bool is_found(const std::string& address) {
    const auto verified = verify_address(address, tests::commit_reader());
    return !verified && verified.error().code == core::ErrorCode::integrity;
}

template <class T>
core::ErrorCode code_of(const core::Result<T>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

/// Behind a store's back; `postgres_sql` where that is another text.
void expect_found(StoreKind kind, const std::string& sql, const std::string& postgres_sql = {}) {
    const StoreOnDisk disk(kind);
    tests::SeededRandom random;
    fill(*disk.open(), random, 25);
    REQUIRE(verify_address(disk.address(), tests::commit_reader()));
    disk.tamper(kind == StoreKind::postgres && !postgres_sql.empty() ? postgres_sql : sql);
    CHECK(is_found(disk.address()));
}

std::string byte_hex(const std::string& kind, const std::string& hex) {
    return kind == "sqlite" ? "x'" + hex + "'" : "'\\x" + hex + "'::bytea";
}

}  // namespace

TEST_CASE("every table is copied and compared: the list is the schemas'", "[sync][store][upkeep]") {
    const StoreOnDisk sqlite(StoreKind::sqlite), postgres(StoreKind::postgres);
    sqlite.open();
    postgres.open();
    std::string listed;
    std::vector<std::string> lines;
    for (const Table& table : tables()) {
        lines.push_back(std::string(table.name) + "|" + std::to_string(table.columns) + "\n");
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) listed += line;
    const auto shown = sqlite.home().run_program(
        "/usr/bin/sqlite3",
        {sqlite.path(),
         "SELECT m.name, count(*) FROM sqlite_schema m JOIN pragma_table_info(m.name) "
         "WHERE m.type = 'table' GROUP BY m.name ORDER BY m.name || '|'"});
    CHECK(shown.out == listed);
    CHECK(tests::PostgresCluster::shared().run_sql(
              postgres.address(),
              "SELECT table_name, count(*) FROM information_schema.columns "
              "WHERE table_schema = 'public' AND table_name <> 'schema_version' "
              "GROUP BY table_name ORDER BY table_name || '|' COLLATE \"C\"") == listed);
}

TEST_CASE("a backup is one private file with all that was there, and refuses to replace one",
          "[sync][store][upkeep]") {
    const StoreOnDisk disk(BOTH_STORES);
    tests::SeededRandom random;
    fill(*disk.open(), random, 30);
    const std::string path = disk.home().file("backup");
    REQUIRE(backup_store(disk.address(), path));
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    CHECK_FALSE(std::filesystem::exists(path + "-lock"));
    CHECK(code_of(backup_store(disk.address(), path)) == core::ErrorCode::conflict);
    const auto verified = verify_address("sqlite:" + path, tests::commit_reader());
    REQUIRE(verified);
    CHECK(verified->accounts == 3);
    CHECK(verified->records == 90);
    CHECK(code_of(backup_store("sqlite:" + disk.home().file("none"), disk.home().file("b2"))) ==
          core::ErrorCode::not_found);
    CHECK_FALSE(std::filesystem::exists(disk.home().file("b2")));
}

TEST_CASE("a backup under load is consistent", "[sync][store][upkeep][parallel]") {
    const StoreOnDisk disk(BOTH_STORES);
    tests::SeededRandom random;
    const auto store = disk.open();
    std::vector<Chain> chains;
    for (int i = 0; i < 4; ++i) {
        chains.emplace_back(*store, random);
        REQUIRE(chains.back().found().pushed);
    }
    std::atomic<bool> done = false;
    tests::in_parallel(5, [&](std::size_t i) {
        if (i < 4) {
            for (std::uint8_t n = 0; !done; ++n) {
                const auto version = (chains[i].n - 1) / 256 + 1;
                chains[i].push(chains[i].next({tests::put(RecordId{{n}}, version, Bytes(500, n))}));
            }
            return;
        }
        try {
            for (int round = 0; round < 5; ++round) {
                const std::string path = disk.home().file("backup" + std::to_string(round));
                if (!backup_store(disk.address(), path)) throw std::runtime_error("no backup");
                const auto verified = verify_address("sqlite:" + path, tests::commit_reader());
                if (!verified) throw std::runtime_error(verified.error().message);
            }
        } catch (...) {
            done = true;
            throw;
        }
        done = true;
    });
    CHECK(chains[0].n > 1);
}

TEST_CASE("a restored store answers as the one that was backed up", "[sync][store][upkeep]") {
    const StoreOnDisk disk(BOTH_STORES);
    tests::SeededRandom random;
    const auto ids = fill(*disk.open(), random, 30);
    const std::string path = disk.home().file("backup");
    REQUIRE(backup_store(disk.address(), path));
    const Contents before = contents(disk);
    std::vector<std::string> answers;
    {
        const auto store = disk.open();
        for (const AccountId& id : ids) answers.push_back(tests::everything_of(*store, id, 2000));
        fill(*store, random, 5);
    }
    CHECK(contents(disk) != before);
    REQUIRE(restore_store(path, disk.address(), tests::commit_reader()));
    CHECK(contents(disk) == before);
    const auto store = disk.open();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        CHECK(tests::everything_of(*store, ids[i], 2000) == answers[i]);
    }
    if (disk.kind() == StoreKind::sqlite) {
        CHECK(verify_address("sqlite:" + disk.path() + ".before-restore", tests::commit_reader()));
    }
}

TEST_CASE("no restore replaces what an earlier one put aside", "[sync][store][upkeep]") {
    const StoreOnDisk disk(StoreKind::sqlite);
    tests::SeededRandom random;
    fill(*disk.open(), random, 5);
    const Contents original = contents(disk);
    const std::string path = disk.home().file("backup");
    const auto aside = [&] {
        const auto restored = restore_store(path, disk.address(), tests::commit_reader());
        REQUIRE(restored);
        return restored->before.value_or("");
    };
    {
        const StoreOnDisk other(StoreKind::sqlite);
        other.open();
        REQUIRE(backup_store(other.address(), path));
    }
    const std::string first = disk.path() + ".before-restore";
    CHECK(aside() == first);
    CHECK(aside() == first + "-2");
    // A log without its file would be read as that of the next one.
    tests::write_text(first + "-3-wal", "");
    CHECK(aside() == first + "-4");
    REQUIRE(restore_store(first, disk.address(), tests::commit_reader()));
    CHECK(contents(disk) == original);
    std::filesystem::remove(disk.path());
    CHECK(aside().empty());
}

TEST_CASE("restore refuses while a server runs, and a backup that is damaged or none",
          "[sync][store][upkeep][mutant:restore-verifies]") {
    const StoreOnDisk disk(BOTH_STORES);
    tests::SeededRandom random;
    fill(*disk.open(), random, 5);
    const std::string path = disk.home().file("backup");
    REQUIRE(backup_store(disk.address(), path));
    const Contents before = contents(disk);
    const auto restore = [&](const std::string& from) {
        return restore_store(from, disk.address(), tests::commit_reader());
    };
    {
        const auto server = disk.open();
        CHECK(code_of(restore(path)) == core::ErrorCode::conflict);
    }
    CHECK(code_of(restore(disk.home().file("none"))) == core::ErrorCode::not_found);
    tests::write_text(disk.home().file("text"), std::string(8'192, 'x'));
    CHECK(code_of(restore(disk.home().file("text"))) == core::ErrorCode::integrity);
    tests::write_text(disk.home().file("empty"), "");
    CHECK(code_of(restore(disk.home().file("empty"))) == core::ErrorCode::integrity);
    disk.home().run_program("/usr/bin/sqlite3", {path, "UPDATE records SET blob = x'00'"});
    CHECK(code_of(restore(path)) == core::ErrorCode::integrity);
    CHECK(contents(disk) == before);
}

TEST_CASE("a store moves to the other database and back, and nothing changes",
          "[sync][store][upkeep]") {
    const StoreOnDisk first(StoreKind::sqlite), second(StoreKind::postgres),
        third(StoreKind::sqlite);
    tests::SeededRandom random;
    const auto ids = fill(*first.open(), random, tests::count(4'000));
    const Contents before = contents(first);
    std::uint64_t rows = 0;
    for (const auto& [table, count] : before.rows) rows += count;
    CHECK(rows >= 3 * tests::count(4'000));
    const auto over = migrate_store(first.address(), second.address());
    REQUIRE(over);
    CHECK(*over == before);
    CHECK(contents(second) == before);
    CHECK(tests::everything_of(*first.open(), ids[0], 100'000) ==
          tests::everything_of(*second.open(), ids[0], 100'000));
    CHECK(verify_address(second.address(), tests::commit_reader()));
    const auto back = migrate_store(second.address(), third.address());
    REQUIRE(back);
    CHECK(contents(third) == before);
}

TEST_CASE("migrate wants an empty target, and both stores for itself",
          "[sync][store][upkeep][mutant:migrate-empty-target]") {
    const StoreOnDisk from(BOTH_STORES);
    const StoreOnDisk to(from.kind() == StoreKind::sqlite ? StoreKind::postgres
                                                          : StoreKind::sqlite);
    tests::SeededRandom random;
    fill(*from.open(), random, 5);
    {
        const auto server = from.open();
        CHECK(code_of(migrate_store(from.address(), to.address())) == core::ErrorCode::conflict);
    }
    {
        const auto server = to.open();
        CHECK(code_of(migrate_store(from.address(), to.address())) == core::ErrorCode::conflict);
    }
    to.open()->add_invitation({}, tests::audit("invite"));
    const auto refused = migrate_store(from.address(), to.address());
    CHECK(code_of(refused) == core::ErrorCode::conflict);
    CHECK(contents(to).rows.at("records") == 0);
}

TEST_CASE("a copy that comes out different is not kept",
          "[sync][store][upkeep][mutant:migrate-compares]") {
    const StoreOnDisk from(StoreKind::sqlite), to(StoreKind::sqlite);
    tests::SeededRandom random;
    fill(*from.open(), random, 5);
    to.open();
    to.tamper(
        "CREATE TRIGGER meddle AFTER INSERT ON records BEGIN "
        "UPDATE records SET version = version + 1 WHERE id = NEW.id; END");
    CHECK(code_of(migrate_store(from.address(), to.address())) == core::ErrorCode::integrity);
    CHECK(contents(to).is_empty());
}

TEST_CASE("verify finds whatever was changed behind the store's back",
          "[sync][store][upkeep][verify]") {
    const StoreOnDisk disk(BOTH_STORES);
    tests::SeededRandom random;
    {
        const auto store = disk.open();
        fill(*store, random, 5);
        for (int i = 0; i < 3; ++i) store->append_audit(tests::audit("login"));
    }
    REQUIRE(verify_address(disk.address(), tests::commit_reader()));
    const std::string kind = disk.kind() == StoreKind::sqlite ? "sqlite" : "postgres";
    const std::string changed =
        GENERATE("UPDATE audit SET action = 'x' WHERE n = 2 AND scope = $empty",
                 "UPDATE audit SET at_ms = at_ms + 1 WHERE n = 1 AND scope = $empty",
                 "DELETE FROM audit WHERE n = 2 AND scope = $empty",
                 "DELETE FROM audit WHERE n = 4 AND scope = $empty",
                 "UPDATE audit_heads SET n = n - 1 WHERE scope = $empty",
                 "UPDATE commits SET hash = $hash WHERE n = 1", "DELETE FROM commits WHERE n = 2",
                 "UPDATE records SET hash = $hash", "UPDATE records SET size = size + 1",
                 "UPDATE records SET commit_n = 1",
                 "UPDATE records SET id = $id WHERE id = (SELECT min(encode(id)) FROM records)");
    std::string sql = changed;
    const auto replace = [&sql](const std::string& what, const std::string& with) {
        const auto at = sql.find(what);
        if (at != std::string::npos) sql.replace(at, what.size(), with);
    };
    replace("$empty", byte_hex(kind, ""));
    replace("$hash", byte_hex(kind, std::string(64, 'a')));
    replace("$id", byte_hex(kind, std::string(32, 'a')));
    replace("(SELECT min(encode(id)) FROM records)", "(SELECT id FROM records LIMIT 1)");
    disk.tamper(sql);
    INFO(sql);
    CHECK(is_found(disk.address()));
}

TEST_CASE("verify finds a blob that is not its hash's",
          "[sync][store][upkeep][verify][mutant:verify-blob]") {
    expect_found(BOTH_STORES, "UPDATE records SET blob = zeroblob(length(blob))",
                 "UPDATE records SET blob = decode(repeat('00', length(blob)), 'hex')");
}

TEST_CASE("verify finds a version that no commit brought",
          "[sync][store][upkeep][verify][mutant:verify-record]") {
    expect_found(BOTH_STORES, "UPDATE records SET version = version + 1");
}

TEST_CASE("verify finds a record that is missing",
          "[sync][store][upkeep][verify][mutant:verify-records-whole]") {
    expect_found(BOTH_STORES, "UPDATE accounts SET records = 0, bytes = 0; DELETE FROM records");
}

TEST_CASE("verify finds a usage that was not counted",
          "[sync][store][upkeep][verify][mutant:verify-usage]") {
    expect_found(BOTH_STORES, "UPDATE accounts SET bytes = bytes + 1");
}

TEST_CASE("verify finds a commit that is chained to another",
          "[sync][store][upkeep][verify][mutant:verify-commit]") {
    expect_found(BOTH_STORES, "UPDATE commits SET previous = zeroblob(32)",
                 "UPDATE commits SET previous = decode(repeat('00', 32), 'hex')");
}

TEST_CASE("verify finds a head that the chain does not reach",
          "[sync][store][upkeep][verify][mutant:verify-head]") {
    expect_found(BOTH_STORES, "UPDATE accounts SET head = head + 1");
}

TEST_CASE("verify finds slots that are not the roster's",
          "[sync][store][upkeep][verify][mutant:verify-roster]") {
    expect_found(BOTH_STORES, "UPDATE rosters SET slots = x'0203'",
                 "UPDATE rosters SET slots = decode('0203', 'hex')");
}

TEST_CASE("verify finds devices that are not the roster's",
          "[sync][store][upkeep][verify][mutant:verify-devices]") {
    const auto kind = BOTH_STORES;
    const std::string zeros =
        kind == StoreKind::sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')";
    const std::string change =
        GENERATE("DELETE FROM devices", "UPDATE devices SET key = $zeros",
                 "UPDATE devices SET receiving_key = $zeros", "UPDATE devices SET revoked_ms = 1");
    std::string sql = change;
    if (const auto at = sql.find("$zeros"); at != std::string::npos) sql.replace(at, 6, zeros);
    INFO(sql);
    expect_found(kind, sql);
}

TEST_CASE("verify finds a revoked device that was let in again", "[sync][store][upkeep][verify]") {
    const StoreOnDisk disk(BOTH_STORES);
    tests::SeededRandom random;
    {
        const auto store = disk.open();
        Chain chain(*store, random);
        const Device stays = tests::random_device(random);
        REQUIRE(chain.found({stays, tests::random_device(random)}).pushed);
        Push push = chain.next();
        push.roster = Push::Roster{tests::encode_roster({stays}), {2}, {3}, {stays}};
        REQUIRE(chain.push(push).pushed);
    }
    REQUIRE(verify_address(disk.address(), tests::commit_reader()));
    disk.tamper("UPDATE devices SET revoked_ms = NULL");
    CHECK(is_found(disk.address()));
}

TEST_CASE("verify finds a directory that leads elsewhere than the logins",
          "[sync][store][upkeep][verify][mutant:verify-directory]") {
    expect_found(BOTH_STORES,
                 GENERATE("DELETE FROM identity_directory", "DELETE FROM identities",
                          "UPDATE identity_directory SET account = (SELECT id FROM accounts "
                          "ORDER BY id LIMIT 1)"));
}

TEST_CASE("verify finds a login that is filed under another's name",
          "[sync][store][upkeep][verify][mutant:verify-identity]") {
    expect_found(BOTH_STORES, "UPDATE identities SET subject = 'mallory'");
}

TEST_CASE("verify finds audit lines that belong to no chain",
          "[sync][store][upkeep][verify][mutant:verify-strays]") {
    expect_found(
        BOTH_STORES,
        "INSERT INTO audit VALUES(x'01', 1, 1, '', '', '', '', zeroblob(32), zeroblob(32))",
        "INSERT INTO audit VALUES(decode('01', 'hex'), 1, 1, '', '', '', '', decode(repeat('00', "
        "32), 'hex'), decode(repeat('00', 32), 'hex'))");
}

TEST_CASE("a flipped bit anywhere in a blob, a commit or an audit line is found",
          "[sync][store][upkeep][verify]") {
    const StoreOnDisk disk(StoreKind::sqlite);
    tests::SeededRandom random;
    std::vector<std::string> contents;
    {
        const auto store = disk.open();
        for (const AccountId& id : fill(*store, random, 25)) {
            const auto page = store->pull(id, 0, 1 << 30);
            for (const auto& one : page->commits) {
                contents.emplace_back(core::text_of(one.bytes));
            }
            for (const auto& one : page->blobs) contents.emplace_back(core::text_of(*one.blob));
            contents.emplace_back(core::text_of(store->audit_head(id).hash));
        }
    }
    const std::string whole = tests::read_text(disk.path());
    std::size_t flipped = 0;
    for (std::size_t left = tests::count(300); left > 0; --left) {
        const std::string& content = contents[random.below(contents.size())];
        // Long contents lie on several pages; what is looked for is a part of it on one.
        const std::size_t start = random.below(content.size());
        const std::string part = content.substr(start, 16);
        const auto at = whole.find(part);
        if (part.size() < 16 || at == std::string::npos) continue;
        if (whole.find(part, at + 1) != std::string::npos) continue;  // zeros, say
        std::string damaged = whole;
        const std::size_t byte = at + random.below(16);
        damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << random.below(8)));
        tests::write_text(disk.path(), damaged);
        if (!is_found(disk.address())) FAIL("byte " << byte << " of the file");
        ++flipped;
    }
    CHECK(flipped > tests::count(300) / 2);
    tests::write_text(disk.path(), whole);
    CHECK(verify_address(disk.address(), tests::commit_reader()));
}

TEST_CASE("a flipped bit anywhere in PostgreSQL's blobs, commits or audit lines is found",
          "[sync][store][upkeep][verify]") {
    const StoreOnDisk disk(StoreKind::postgres);
    tests::SeededRandom random;
    fill(*disk.open(), random, 25);
    constexpr std::pair<const char*, const char*> kPlaces[] = {
        {"records", "blob"}, {"commits", "bytes"}, {"audit", "hash"}, {"audit", "previous"}};
    const auto run = [&disk](const std::string& sql) {
        const std::string shown = tests::PostgresCluster::shared().run_sql(disk.address(), sql);
        return shown.substr(0, shown.find('\n'));
    };
    for (std::size_t left = tests::count(40); left > 0; --left) {
        const auto& [table, column] = kPlaces[random.below(4)];
        const std::string name(column), at = name + ", length(" + name + ") * " +
                                             std::to_string(random.below(1000)) + " / 1000";
        const std::string update = std::string("UPDATE ") + table + " SET " + name + " = ";
        const std::string row = run(std::string("SELECT ctid FROM ") + table + " LIMIT 1");
        const std::string held =
            run("SELECT encode(" + name + ", 'hex') FROM " + table + " WHERE ctid = '" + row + "'");
        const std::string bit = std::to_string(1 << random.below(8));
        const std::string now = run(update + "set_byte(" + at + ", get_byte(" + at + ") # " + bit +
                                    ") WHERE ctid = '" + row + "' RETURNING ctid");
        if (!is_found(disk.address())) FAIL(table << " " << at << " bit " << bit);
        run(update + "decode('" + held + "', 'hex') WHERE ctid = '" + now + "'");
    }
    CHECK(verify_address(disk.address(), tests::commit_reader()));
}

}  // namespace sparekey::sync
