// A transaction that a second thread writes does what any other does, or nothing.
#include "tests/storage/stored.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/resource.h>

#include <csignal>

namespace sparekey::storage {
namespace {

core::Record bulk_record(const core::RecordId& id, std::uint64_t version, std::size_t size) {
    core::Record record{id, core::RecordType::item, std::nullopt, version, 1, {}};
    record.blob.assign(size, static_cast<std::uint8_t>(version));
    return record;
}

core::IndexRow bulk_row(const core::Record& record, const std::string& title) {
    core::IndexRow row{record.id, record.version, {}};
    row.summary.title = title;
    return row;
}

/// Puts, replaces and removes records, and looks at them in between.
void change_much(VaultStore& store) {
    tests::SeededRandom random(7);
    std::vector<core::RecordId> ids;
    const auto transaction = store.begin();
    for (int i = 0; i < 1'000; ++i) {
        ids.push_back(core::RecordId::random(random));
        const core::Record record = bulk_record(ids.back(), 1, 200 + random.below(2'000));
        const core::IndexRow row = bulk_row(record, "title " + std::to_string(i));
        transaction->put(record, &row);
        if (i % 100 != 50) continue;
        // One that was put long ago, the last one, and one that was not.
        REQUIRE(store.contains(ids.front()));
        const auto loaded = store.load(ids.back());
        REQUIRE(loaded);
        REQUIRE(loaded->blob == record.blob);
        REQUIRE_FALSE(store.contains(core::RecordId::random(random)));
        REQUIRE(store.count(core::Shelf::live) == ids.size() - static_cast<std::size_t>(i / 100));
        const core::Record again = bulk_record(ids[static_cast<std::size_t>(i) - 1], 2, 300);
        const core::IndexRow changed = bulk_row(again, "changed " + std::to_string(i));
        transaction->put(again, &changed);
        REQUIRE(store.load(again.id)->version == 2);
        transaction->remove(ids[static_cast<std::size_t>(i) - 2]);
        REQUIRE_FALSE(store.contains(ids[static_cast<std::size_t>(i) - 2]));
    }
    transaction->commit();
}

std::vector<std::string> titles_with(VaultStore& store, std::string_view part) {
    std::vector<std::string> titles;
    for (const core::IndexRow& row :
         store.lookup(core::Match::title_substring, part, core::Shelf::both, 2'000)) {
        titles.push_back(row.summary.title);
    }
    return titles;
}

class SmallestFiles {
  public:
    explicit SmallestFiles(rlim_t most) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{most, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SmallestFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    SmallestFiles(const SmallestFiles&) = delete;
    SmallestFiles& operator=(const SmallestFiles&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int);
};

}  // namespace

TEST_CASE("what a second thread writes is what one thread writes", "[storage][store][bulk]") {
    Stored plain, bulk;
    const auto written = plain.open();
    change_much(*written);
    {
        const auto store = bulk.open(Workload::bulk);
        change_much(*store);
        CHECK(store->head() == written->head());
        CHECK(store->verify());
    }
    const auto read = bulk.open();
    CHECK(read->head() == written->head());
    CHECK(read->verify());
    CHECK(read->count(core::Shelf::live) == 990);
    CHECK(titles_with(*read, "changed").size() == 10);
    CHECK(titles_with(*read, "title 12") == titles_with(*written, "title 12"));
}

TEST_CASE("a bulk transaction that ends without a commit leaves nothing",
          "[storage][store][bulk]") {
    Stored stored;
    const auto store = stored.open(Workload::bulk);
    const StoreHead before = store->head();
    const core::RecordId id = core::RecordId::random(stored.random);
    for (const int records : {1, 500}) {
        const auto transaction = store->begin();
        transaction->put(bulk_record(id, 1, 400), nullptr);
        for (int i = 1; i < records; ++i) {
            transaction->put(bulk_record(core::RecordId::random(stored.random), 1, 400), nullptr);
        }
    }
    CHECK_FALSE(store->contains(id));
    CHECK(store->record_count() == 0);
    CHECK(store->head() == before);
    CHECK(store->verify());
    // The next one is none the worse for it.
    const auto transaction = store->begin();
    const core::Record record = bulk_record(id, 1, 400);
    const core::IndexRow row = bulk_row(record, "kept");
    transaction->put(record, &row);
    transaction->commit();
    CHECK(store->load(id));
    CHECK(store->verify());
}

TEST_CASE("a full disk under the writing thread is thrown, and nothing is kept",
          "[storage][store][bulk]") {
    Stored stored;
    const core::RecordId first = core::RecordId::random(stored.random);
    {
        const auto store = stored.open(Workload::bulk);
        const auto transaction = store->begin();
        const SmallestFiles limit(rlim_t{4} << 20);
        // More than the page cache holds, so that the log is written before the commit.
        const auto fill = [&] {
            transaction->put(bulk_record(first, 1, 400), nullptr);
            for (int i = 0; i < 128; ++i) {
                transaction->put(
                    bulk_record(core::RecordId::random(stored.random), 1, std::size_t{512} << 10),
                    nullptr);
            }
        };
        CHECK_THROWS_AS(fill(), core::SystemFailure);
        CHECK_THROWS_AS(transaction->commit(), core::SystemFailure);
    }
    const auto store = stored.open();
    CHECK_FALSE(store->contains(first));
    CHECK(store->record_count() == 0);
    CHECK(store->verify());
}

}  // namespace sparekey::storage
