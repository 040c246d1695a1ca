// Every item's record in one pass: checked as a whole, begun anew by a change.
#include "storage/store/item_reader.h"

#include "core/crypto/hash.h"
#include "tests/storage/stored.h"

#include <catch2/catch_test_macros.hpp>

#include <map>

namespace sparekey::storage {
namespace {

using core::RecordId;
using core::RecordType;

RecordId put(VaultStore& store, tests::SeededRandom& random, const char* blob,
             RecordType type = RecordType::item) {
    core::IndexRow row{RecordId::random(random), 1, {}};
    const core::ByteView bytes = core::bytes_of(blob);
    const core::Record record{row.id, type, std::nullopt, 1, 1, {bytes.begin(), bytes.end()}};
    const auto transaction = store.begin();
    transaction->put(record, type == RecordType::item ? &row : nullptr);
    transaction->commit();
    return row.id;
}

using Blobs = std::map<RecordId, std::string>;

core::Result<Blobs> read_blobs(ItemReader& reader) {
    Blobs blobs;
    const auto visit = [&](const core::Record& record) -> core::Result<void> {
        blobs[record.id] = std::string(core::text_of(record.blob));
        return {};
    };
    for (bool done = false; !done;) {
        SPAREKEY_TRY(done, reader.step([&] { blobs.clear(); }, visit));
    }
    return blobs;
}

core::Result<Blobs> read_blobs(VaultStore& store) {
    ItemReader reader(store);
    return read_blobs(reader);
}

}  // namespace

TEST_CASE("every item is read once, and nothing but items", "[storage][lockout]") {
    Stored stored;
    const auto store = stored.open();
    CHECK(read_blobs(*store).value().empty());
    Blobs wanted;
    for (int i = 0; i < 600; ++i) wanted[put(*store, stored.random, "item")] = "item";
    put(*store, stored.random, "history", RecordType::history);
    CHECK(read_blobs(*store).value() == wanted);
}

TEST_CASE("a change while items are read begins it anew", "[storage][lockout]") {
    Stored stored;
    const auto store = stored.open();
    const RecordId first = put(*store, stored.random, "one");
    ItemReader reader(*store);
    int begun = 0;
    const auto ignore = [](const core::Record&) -> core::Result<void> { return {}; };
    REQUIRE_FALSE(reader.step([&] { ++begun; }, ignore).value());
    const RecordId second = put(*store, stored.random, "two");
    CHECK(read_blobs(reader).value() == Blobs{{first, "one"}, {second, "two"}});
    CHECK(begun == 1);
}

TEST_CASE("what the visitor says ends the reading", "[storage][lockout]") {
    Stored stored;
    const auto store = stored.open();
    put(*store, stored.random, "one");
    ItemReader reader(*store);
    const auto refuse = [](const core::Record&) -> core::Result<void> {
        return core::unexpected(core::ErrorCode::conflict, "too new");
    };
    core::Result<bool> stepped = false;
    while (stepped && !*stepped) stepped = reader.step([] {}, refuse);
    REQUIRE_FALSE(stepped);
    CHECK(stepped.error().code == core::ErrorCode::conflict);
}

namespace {

void expect_damage(const std::string& sql) {
    Stored stored;
    {
        const auto store = stored.open();
        put(*store, stored.random, "one");
        put(*store, stored.random, "two");
    }
    stored.tamper(sql);
    const auto store = stored.open();
    const auto blobs = read_blobs(*store);
    REQUIRE_FALSE(blobs);
    CHECK(blobs.error().code == core::ErrorCode::integrity);
}

}  // namespace

TEST_CASE("a blob that is not the one that was written is damage",
          "[storage][lockout][mutant:item-reader-hash]") {
    expect_damage("UPDATE records SET blob = x'010203' WHERE blob = x'6f6e65'");
}

TEST_CASE("an item that is missing is damage",
          "[storage][lockout][mutant:item-reader-completeness]") {
    expect_damage("DELETE FROM records WHERE blob = x'6f6e65'");
}

TEST_CASE("an older record that was put back with its hash is damage",
          "[storage][lockout][mutant:item-reader-root]") {
    const std::string old = "old";
    const std::string hash = core::to_hex(core::sha256(core::bytes_of(old)));
    expect_damage("UPDATE record_ids SET hash = x'" + hash +
                  "' WHERE seq = (SELECT seq FROM records WHERE blob = x'6f6e65');"
                  "UPDATE records SET blob = x'6f6c64' WHERE blob = x'6f6e65'");
}

}  // namespace sparekey::storage
