// The search index's own check: trigrams that are not those of the entries are damage.
#include "tests/storage/stored.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::storage {
namespace {

core::RecordId put_entry(VaultStore& store, tests::SeededRandom& random,
                         const core::Summary& text) {
    core::Record record;
    record.id = core::RecordId::random(random);
    record.blob = core::Bytes{1, 2, 3};
    core::IndexRow row;
    row.id = record.id;
    row.revision = record.version;
    row.summary = text;
    const auto transaction = store.begin();
    transaction->put(record, &row);
    transaction->commit();
    return record.id;
}

core::Summary titled_entry(std::string title) {
    core::Summary summary;
    summary.title = std::move(title);
    summary.username = "alice@example.org";
    summary.urls = {"https://mail.example.org/login"};
    summary.tags = {"work", "日本語の札"};
    return summary;
}

bool still_verifies(Stored& stored) {
    return stored.open()->verify().has_value();
}

}  // namespace

TEST_CASE("the index of any text is the text's own", "[storage][trigrams]") {
    Stored stored;
    const auto store = stored.open();
    core::RecordId last;
    for (const char* title : {"GitHub", "x", "ab", "日本語 テスト", "a\uFFFEb\uFFFFc", "𝒳𝒴𝒵𝒲 é",
                              "a\x1e\x1f b", "ﬃ Straße"}) {
        last = put_entry(*store, stored.random, titled_entry(title));
        CHECK(store->verify());
    }
    const auto transaction = store->begin();
    transaction->remove(last);
    transaction->commit();
    CHECK(store->verify());
}

TEST_CASE("trigrams that are missing, foreign or elsewhere are damage", "[storage][trigrams]") {
    Stored stored;
    {
        const auto store = stored.open();
        put_entry(*store, stored.random, titled_entry("GitHub"));
        put_entry(*store, stored.random, titled_entry("Mail"));
    }
    REQUIRE(still_verifies(stored));
    const std::string again =
        "DELETE FROM entries_fts WHERE rowid = 1;"
        "INSERT INTO entries_fts(rowid, title, username, hosts, tags) SELECT ";
    SECTION("a tag is missing") {
        stored.tamper(again +
                      "seq, title_fold, username_fold, hosts_fold, '' FROM entries "
                      "WHERE seq = 1");
    }
    SECTION("a title has more than its own") {
        stored.tamper(again +
                      "seq, title_fold || 'xyz', username_fold, hosts_fold, tags_fold "
                      "FROM entries WHERE seq = 1");
    }
    SECTION("two columns are exchanged") {
        stored.tamper(again +
                      "seq, title_fold, hosts_fold, username_fold, tags_fold "
                      "FROM entries WHERE seq = 1");
    }
    CHECK_FALSE(still_verifies(stored));
}

}  // namespace sparekey::storage
