// The catalog that is read from a store: checked whole, followed by what is told of changes, and of
// one mind with the store's own index.
#include "core/lookup/query.h"
#include "storage/store/catalog_reader.h"
#include "tests/storage/stored.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::storage {
namespace {

using core::IndexRow;
using core::RecordId;
using tests::SeededRandom;

RecordId put(VaultStore& store, SeededRandom& random, const std::string& title,
             std::optional<RecordId> id = {}, std::uint64_t version = 1) {
    IndexRow row{id.value_or(RecordId::random(random)), version, {}};
    row.summary.title = title;
    row.summary.username = random.coin() ? "alice" : "bob";
    row.summary.urls = {"https://" + std::string(random.coin() ? "mail" : "shop") + ".example/"};
    if (random.coin()) row.summary.tags = {"work", "a/alice"};
    row.summary.deleted = random.below(6) == 0;
    const core::Record record{row.id, core::RecordType::item, std::nullopt, version, 1, {1, 2, 3}};
    const auto transaction = store.begin();
    transaction->put(record, &row);
    transaction->commit();
    return row.id;
}

core::Result<core::Catalog> read(VaultStore& store) {
    CatalogReader reader(store);
    for (bool done = false; !done;) {
        SPAREKEY_TRY(done, reader.step());
    }
    return reader.take();
}

std::string said(const core::Result<RecordId>& answer) {
    if (answer) return answer->text();
    std::string text = answer.error().message;
    for (const core::Candidate& one : answer.error().candidates) text += " " + one.id;
    return text;
}

}  // namespace

TEST_CASE("a catalog and the store's index mean the same item", "[storage][lookup][property]") {
    static const std::vector<std::string> titles = {"A",    "a",     "Ab",     "a/alice", "GitHub",
                                                    "Mail", "Mails", "E-Mail", "日本語",  "straße"};
    static const std::vector<std::string> queries = {
        "a",    "ab",    "A/alice",  "a/a/alice", "mail",  "ail", "i",    "b",       "ali", "bob",
        "shop", "ex",    "work",     "or",        "/",     "日",  "本語", "STRASSE", "ss",  "zz",
        "git",  "mails", "mail/bob", "e",         ".exam", "\"",  "'",    "",        "hub", "a/"};
    Stored stored;
    const auto store = stored.open();
    for (std::size_t round = 0; round < tests::count(30); ++round) {
        put(*store, stored.random, titles[stored.random.below(titles.size())]);
        const auto catalog = read(*store);
        REQUIRE(catalog);
        for (const std::string& query : queries) {
            for (const core::Shelf shelf : {core::Shelf::live, core::Shelf::trash}) {
                INFO("\"" << query << "\" among " << catalog->size());
                REQUIRE(said(core::resolve_query(*catalog, query, shelf)) ==
                        said(core::resolve_query(*store, query, shelf)));
            }
        }
    }
}

TEST_CASE("a change while the catalog is read begins it anew", "[storage][lookup]") {
    Stored stored;
    const auto store = stored.open();
    put(*store, stored.random, "First");
    CatalogReader reader(*store);
    REQUIRE_FALSE(reader.step().value());
    put(*store, stored.random, "Second");
    for (bool done = false; !done;) {
        const auto stepped = reader.step();
        REQUIRE(stepped);
        done = *stepped;
    }
    CHECK(reader.take().size() == 2);
}

TEST_CASE("changes of the index are told once they are durable, undone ones never",
          "[storage][lookup]") {
    Stored stored;
    const auto store = stored.open();
    std::vector<IndexChange> told;
    store->on_index_change([&](std::span<const IndexChange> changes) {
        told.insert(told.end(), changes.begin(), changes.end());
    });
    const RecordId id = put(*store, stored.random, "Mail");
    REQUIRE(told.size() == 1);
    CHECK(told[0].row->summary.title == "Mail");
    {
        const auto undone = store->begin();
        undone->remove(id);
    }
    CHECK(told.size() == 1);
    const auto removal = store->begin();
    removal->remove(id);
    removal->commit();
    REQUIRE(told.size() == 2);
    CHECK(told[1].id == id);
    CHECK_FALSE(told[1].row.has_value());
}

TEST_CASE("an index that misses or keeps an item makes no catalog",
          "[storage][lookup][mutant:index-completeness]") {
    for (const char* const sql :
         {"DELETE FROM entries WHERE title = 'Mail'",
          "UPDATE entries SET revision = 1, title = 'Old' WHERE title = 'Mail'",
          "UPDATE entries SET seq = 1000 WHERE title = 'Mail'",
          "INSERT INTO entries SELECT 1000, zeroblob(16), revision, type, trashed, favorite, "
          "created, modified, conflicts, title, username, urls, tags, title_fold, username_fold, "
          "hosts_fold, tags_fold FROM entries"}) {
        Stored stored;
        {
            const auto store = stored.open();
            const RecordId id = put(*store, stored.random, "Mails");
            put(*store, stored.random, "Mail", id, 2);
            REQUIRE(read(*store));
            CHECK(store->check_index());
        }
        stored.tamper(sql);
        const auto store = stored.open();
        INFO(sql);
        const auto catalog = read(*store);
        REQUIRE_FALSE(catalog);
        CHECK(catalog.error().code == core::ErrorCode::integrity);
        CHECK_FALSE(store->check_index());
    }
}

}  // namespace sparekey::storage
