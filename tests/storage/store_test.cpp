// The store on its own: what it gives back is what was last written, or it is integrity.
#include "core/crypto/hash.h"
#include "tests/storage/stored.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

namespace sparekey::storage {
namespace {

void put(VaultStore& store, const core::RecordId& id, std::uint64_t version,
         std::string_view blob) {
    core::Record record{id, core::RecordType::setting, std::nullopt, version, 1, {}};
    record.blob.assign(blob.begin(), blob.end());
    const auto transaction = store.begin();
    transaction->put(record, nullptr);
    transaction->commit();
}

/// In the bucket of `other`.
core::RecordId beside(const core::RecordId& other) {
    core::RecordId id = other;
    ++id.bytes.back();
    return id;
}

}  // namespace

TEST_CASE("what was written is read back, replaced, and removed", "[storage][store]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    {
        const auto store = stored.try_open();
        REQUIRE(store);
        CHECK((*store)->head().sequence == 1);
        put(**store, id, 1, "one");
        put(**store, id, 2, "two");
        CHECK((*store)->head().sequence == 3);
        const auto undone = (*store)->begin();
        undone->remove(id);
    }
    const auto store = stored.try_open();
    REQUIRE(store);
    const auto record = (*store)->load(id);
    REQUIRE(record);
    CHECK(core::text_of(record->blob) == "two");
    CHECK(record->version == 2);
    CHECK((*store)->verify());
    const auto transaction = (*store)->begin();
    transaction->remove(id);
    transaction->commit();
    CHECK((*store)->load(id).error().code == core::ErrorCode::not_found);
    CHECK((*store)->verify());
}

TEST_CASE("what was removed takes no space, in the file and in its copies", "[storage][store]") {
    Stored stored;
    const std::string large(std::size_t{512} << 10, 'x');
    std::vector<core::RecordId> ids;
    {
        const auto store = stored.open();
        for (int i = 0; i < 24; ++i) {
            ids.push_back(core::RecordId::random(stored.random));
            put(*store, ids.back(), 1, large);
        }
        put(*store, core::RecordId::random(stored.random), 1, "kept");
    }
    const auto full = std::filesystem::file_size(stored.path);
    REQUIRE(full > ids.size() * large.size());
    {
        const auto store = stored.open();
        const auto transaction = store->begin();
        for (const core::RecordId& id : ids) transaction->remove(id);
        transaction->commit();
        CHECK(store->verify());
    }
    CHECK(std::filesystem::file_size(stored.path) < full / 8);
    CHECK(stored.open()->verify());
}

TEST_CASE("the stored root is the root of what is stored, after any order of changes",
          "[storage][store][property]") {
    Stored stored;
    const auto store = stored.try_open();
    REQUIRE(store);
    std::map<core::RecordId, core::Leaf> model;
    for (std::size_t step = 0; step < tests::count(300); ++step) {
        const auto transaction = (*store)->begin();
        for (std::size_t changes = 1 + stored.random.below(5); changes > 0; --changes) {
            if (!model.empty() && stored.random.below(4) == 0) {
                const core::RecordId gone = model.begin()->first;
                transaction->remove(gone);
                model.erase(gone);
                continue;
            }
            core::Record record;
            record.type = core::RecordType::setting;
            record.id = !model.empty() && stored.random.coin()
                            ? std::prev(model.end())->first
                            : core::RecordId::random(stored.random);
            record.version = model[record.id].version + 1;
            record.blob = core::Bytes(1 + stored.random.below(6000));
            stored.random.fill(record.blob);
            transaction->put(record, nullptr);
            model[record.id] = {record.id, record.version, core::sha256(record.blob)};
        }
        transaction->commit();
        std::vector<core::Leaf> leaves;
        for (const auto& [id, leaf] : model) leaves.push_back(leaf);
        REQUIRE((*store)->head().root == core::state_root(leaves));
    }
    CHECK((*store)->verify());
}

TEST_CASE("the counts of both shelves are those of the entries, after any changes",
          "[storage][store][property]") {
    Stored stored;
    auto store = stored.try_open();
    REQUIRE(store);
    std::map<core::RecordId, core::IndexRow> model;
    for (std::size_t step = 0; step < tests::count(300); ++step) {
        auto transaction = (*store)->begin();
        auto changed = model;
        for (std::size_t changes = 1 + stored.random.below(4); changes > 0; --changes) {
            const bool present = !changed.empty() && stored.random.coin();
            const core::RecordId id =
                present ? changed.begin()->first : core::RecordId::random(stored.random);
            if (present && stored.random.coin()) {
                transaction->remove(id);
                changed.erase(id);
                continue;
            }
            core::IndexRow& row = changed[id];
            row.id = id;
            ++row.revision;
            row.summary.deleted = stored.random.coin();
            row.summary.conflicts = stored.random.below(3);
            const core::Record record{
                id, core::RecordType::item, std::nullopt, row.revision, 1, {1, 2, 3}};
            transaction->put(record, &row);
        }
        if (stored.random.below(4) > 0) {
            transaction->commit();
            model = std::move(changed);
        }
        transaction.reset();
        std::size_t items[2] = {}, conflicts[2] = {}, conflicting = 0;
        for (const auto& [id, row] : model) {
            ++items[row.summary.deleted ? 1 : 0];
            conflicts[row.summary.deleted ? 1 : 0] += row.summary.conflicts;
            conflicting += row.summary.conflicts > 0 ? 1U : 0U;
        }
        CHECK((*store)->count(core::Shelf::live) == items[0]);
        CHECK((*store)->count(core::Shelf::both) == items[0] + items[1]);
        CHECK((*store)->conflict_count(core::Shelf::live) == conflicts[0]);
        CHECK((*store)->conflict_count(core::Shelf::trash) == conflicts[1]);
        std::size_t shown = 0;
        (*store)->each_conflicting_row([&](const core::IndexRow&) { ++shown; });
        CHECK(shown == conflicting);
        if (step % 50 == 0) {
            store = core::unexpected(core::ErrorCode::failed, "closed");
            store = stored.try_open();
        }
    }
    CHECK((*store)->verify());
    store = core::unexpected(core::ErrorCode::failed, "closed");
    stored.tamper("UPDATE shelves SET items = items + 1 WHERE trashed = 1");
    CHECK_FALSE((*stored.try_open())->verify());
}

TEST_CASE("a database under another vault's keyslots is refused",
          "[storage][store][mutant:vault-id]") {
    Stored stored;
    stored.vault = core::VaultId::random(stored.random);
    const auto store = stored.try_open();
    REQUIRE_FALSE(store);
    CHECK(store.error().code == core::ErrorCode::integrity);
}

TEST_CASE("a blob that is not the one written is refused", "[storage][store][mutant:blob-hash]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    put(**stored.try_open(), id, 1, "blob");
    stored.tamper("UPDATE records SET blob = x'626c6f62ff'");
    const auto store = stored.try_open();
    REQUIRE(store);
    const auto record = (*store)->load(id);
    REQUIRE_FALSE(record);
    CHECK(record.error().code == core::ErrorCode::integrity);
    CHECK_FALSE((*store)->verify());
}

TEST_CASE("an older record, put back whole, is refused",
          "[storage][store][mutant:record-freshness]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    put(**stored.try_open(), id, 1, "old");
    const core::Hash old = core::sha256(core::bytes_of("old"));
    put(**stored.try_open(), id, 2, "new");
    // What pages of `records` and `record_ids` from a snapshot would say again.
    stored.tamper(("UPDATE record_ids SET version = 1, hash = x'" + core::to_hex(old) +
                   "'; UPDATE records SET blob = x'6f6c64'")
                      .c_str());
    const auto store = stored.try_open();
    REQUIRE(store);
    const auto record = (*store)->load(id);
    REQUIRE_FALSE(record);
    CHECK(record.error().code == core::ErrorCode::integrity);
    CHECK_FALSE((*store)->check_index());
}

// A new root over the bucket would cover what lies beside the change.
TEST_CASE("an older record, put back whole, is not made the newest by a change beside it",
          "[storage][store][mutant:record-freshness]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    put(*stored.open(), id, 1, "old");
    put(*stored.open(), id, 2, "new");
    const core::Hash old = core::sha256(core::bytes_of("old"));
    stored.tamper(("UPDATE record_ids SET version = 1, hash = x'" + core::to_hex(old) +
                   "'; UPDATE records SET blob = x'6f6c64'")
                      .c_str());
    const auto store = stored.open();
    CHECK_THROWS_AS(put(*store, beside(id), 1, "beside"), CorruptDatabase);
    CHECK_THROWS_AS(store->begin()->remove(id), CorruptDatabase);
    CHECK(store->load(id).error().code == core::ErrorCode::integrity);
    CHECK_THROWS_AS(store->contains(beside(id)), CorruptDatabase);
}

TEST_CASE("a node of the tree, put back alone, is not made the newest by a change",
          "[storage][store][mutant:record-freshness]") {
    Stored stored;
    core::RecordId id = core::RecordId::random(stored.random);
    id.bytes[0] = 1;
    put(*stored.open(), id, 1, "old");
    // The other half of all ids: its node is a sibling on the way to the top.
    core::RecordId far = id;
    far.bytes[0] = 0x81;
    stored.tamper(
        ("UPDATE merkle SET hash = x'" + std::string(64, 'a') + "' WHERE node = 2").c_str());
    CHECK_THROWS_AS(put(*stored.open(), far, 1, "far"), CorruptDatabase);
}

// As an old page above others can show it, on the way to a row.
TEST_CASE("a record is not written over another one that stands in its place",
          "[storage][store][mutant:row-of-record]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    const core::RecordId other = core::RecordId::random(stored.random);
    put(*stored.open(), id, 1, "one");
    put(*stored.open(), other, 1, "other");
    stored.tamper("UPDATE record_ids SET seq = (SELECT max(seq) FROM record_ids)");
    const auto store = stored.open();
    CHECK(store->load(id).error().code == core::ErrorCode::integrity);
    CHECK_THROWS_AS(put(*store, id, 2, "two"), CorruptDatabase);
    CHECK_THROWS_AS(store->begin()->remove(id), CorruptDatabase);
    const auto there = store->load(other);
    REQUIRE(there);
    CHECK(core::text_of(there->blob) == "other");
}

TEST_CASE("a transaction reads what it wrote, and what lies beside that", "[storage][store]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    const auto store = stored.open();
    put(*store, beside(id), 7, "beside");
    {
        const auto transaction = store->begin();
        core::Record record{id, core::RecordType::setting, std::nullopt, 1, 1, {1, 2, 3}};
        transaction->put(record, nullptr);
        CHECK(store->load(id)->blob == record.blob);
        CHECK(store->load(beside(id))->version == 7);
    }
    CHECK(store->load(id).error().code == core::ErrorCode::not_found);
    CHECK(store->load(beside(id))->version == 7);
}

TEST_CASE("a transaction that is over and lives on is in nobody's way", "[storage][store]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    const auto store = stored.open();
    const core::Record record{id, core::RecordType::setting, std::nullopt, 1, 1, {1, 2, 3}};
    auto over = store->begin();
    over->commit();
    const auto next = store->begin();
    over.reset();
    next->put(record, nullptr);
    CHECK(store->load(id)->blob == record.blob);
    next->commit();
    CHECK(store->load(id)->blob == record.blob);
}

TEST_CASE("an older search entry, put back whole, is refused",
          "[storage][store][mutant:index-freshness]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    const auto write = [&](std::uint64_t version, const char* title) {
        const auto store = stored.try_open();
        const auto transaction = (*store)->begin();
        const core::Record record{id, core::RecordType::item, std::nullopt, version, 1, {1, 2}};
        core::IndexRow row{id, version, {}};
        row.summary.title = title;
        transaction->put(record, &row);
        transaction->commit();
    };
    write(1, "Old name");
    write(2, "New name");
    const auto check = [&] {
        const auto store = stored.try_open();
        const auto rows =
            (*store)->lookup(core::Match::title_substring, "name", core::Shelf::live, 10);
        REQUIRE(rows.size() == 1);
        return (*store)->check_rows(rows).has_value();
    };
    CHECK(check());
    CHECK(stored.open()->index_row(id)->summary.title == "New name");
    stored.tamper("UPDATE entries SET revision = 1, title = 'Old name'");
    CHECK_FALSE(check());
    CHECK_THROWS_AS(stored.open()->index_row(id), CorruptDatabase);
    stored.tamper("DELETE FROM entries");
    CHECK_THROWS_AS(stored.open()->index_row(id), CorruptDatabase);
}

TEST_CASE("an import knows no records but those of the last change",
          "[storage][store][mutant:known-freshness]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    put(*stored.open(), id, 1, "one");
    {
        const auto store = stored.open(Workload::bulk);
        const auto transaction = store->begin();
        CHECK(store->contains(id));
        CHECK_FALSE(store->contains(beside(id)));
    }
    stored.tamper("DELETE FROM record_ids");
    CHECK_THROWS_AS(stored.open(Workload::bulk)->begin(), CorruptDatabase);
}

TEST_CASE("nodes of the tree that were put back with the records are refused at opening",
          "[storage][store]") {
    Stored stored;
    const core::RecordId id = core::RecordId::random(stored.random);
    put(**stored.try_open(), id, 1, "old");
    stored.tamper("DELETE FROM merkle WHERE node = 1");
    const auto store = stored.try_open();
    REQUIRE_FALSE(store);
    CHECK(store.error().code == core::ErrorCode::integrity);
}

TEST_CASE("planted triggers, views and tables are refused at opening", "[storage][store]") {
    for (const char* planted :
         {"CREATE TRIGGER evil AFTER INSERT ON records BEGIN DELETE FROM records; END",
          "CREATE VIEW evil AS SELECT * FROM records", "CREATE TABLE evil(x)",
          "DROP INDEX entries_title"}) {
        Stored stored;
        stored.tamper(planted);
        const auto store = stored.try_open();
        REQUIRE_FALSE(store);
        CHECK(store.error().code == core::ErrorCode::integrity);
    }
}

TEST_CASE("another key does not open the file, nor attach another one", "[storage][store]") {
    Stored stored;
    const core::DatabaseKey right = stored.key.clone();
    stored.key = core::DatabaseKey::random(stored.random);
    const auto store = stored.try_open();
    REQUIRE_FALSE(store);
    CHECK(store.error().code == core::ErrorCode::integrity);
    Database database(stored.path, right, Opening::existing, Workload::normal);
    CHECK_THROWS(database.execute("ATTACH ':memory:' AS other"));
    CHECK_THROWS(database.execute("SELECT load_extension('x')"));
}

}  // namespace sparekey::storage
