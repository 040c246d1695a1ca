// Records: sealed whole, padded, and bound to what and where they are.
#include "core/vault/seal.h"

#include "core/crypto/hash.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace sparekey::core {
namespace {

using tests::SeededRandom;

struct Sealed {
    SeededRandom random;
    VaultId vault = VaultId::random(random);
    Keyring keyring = [this] {
        Keyring made;
        made.account.push_back(SigningSeed::random(random));
        made.epochs.push_back(EpochKey::random(random));
        made.epochs.push_back(EpochKey::random(random));
        made.id_key = IdKey::random(random);
        return made;
    }();
    RecordSealer sealer{vault, keyring, random};

    Record seal(std::string_view body) {
        Record record;
        record.id = sealer.new_record_id();
        record.version = 4;
        REQUIRE(sealer.seal(record, bytes_of(body)));
        return record;
    }
};

}  // namespace

TEST_CASE("a record opens as itself and as nothing else", "[core][seal]") {
    Sealed with;
    const Record record = with.seal("body");
    const auto opened = with.sealer.open(record);
    REQUIRE(opened);
    CHECK(text_of(opened->expose()) == "body");
    CHECK(record.epoch == 2);
    const auto refused = [&](auto change) {
        Record changed = record;
        change(changed);
        const auto result = with.sealer.open(changed);
        return !result && result.error().code == ErrorCode::integrity;
    };
    CHECK(refused([](Record& r) { r.version = 3; }));
    CHECK(refused([](Record& r) { r.version = 5; }));
    CHECK(refused([](Record& r) { r.id.bytes[15] ^= 1; }));
    CHECK(refused([](Record& r) { r.epoch = 1; }));
    CHECK(refused([](Record& r) { r.epoch = 3; }));
    CHECK(refused([](Record& r) { r.epoch = 0; }));
    CHECK(refused([](Record& r) { r.blob.clear(); }));
    CHECK(refused([](Record& r) { r.blob.pop_back(); }));
    CHECK(refused([](Record& r) { r.blob.push_back(0); }));
    for (std::size_t bit = 0; bit < record.blob.size() * 8; ++bit) {
        REQUIRE(refused([&](Record& r) {
            r.blob[bit / 8] = static_cast<std::uint8_t>(r.blob[bit / 8] ^ (1 << (bit % 8)));
        }));
    }
    const RecordSealer elsewhere(VaultId::random(with.random), with.keyring, with.random);
    CHECK_FALSE(elsewhere.open(record));
}

TEST_CASE("a record of one type is not taken for another", "[core][seal][mutant:record-type]") {
    Sealed with;
    Record record = with.seal("body");
    record.type = RecordType::setting;
    CHECK_FALSE(with.sealer.open(record));
    // Of two whose bodies have the same schema.
    record.type = RecordType::history;
    REQUIRE(with.sealer.seal(record, bytes_of("body")));
    CHECK(with.sealer.open(record));
    record.type = RecordType::setting;
    const auto other = with.sealer.open(record);
    CHECK((!other && other.error().code == ErrorCode::integrity));
}

TEST_CASE("a record that a newer program wrote is told from a damaged one", "[core][seal]") {
    Sealed with;
    for (const auto type :
         {RecordType::item, RecordType::history, RecordType::attachment, RecordType::setting}) {
        Record record;
        record.id = with.sealer.new_record_id();
        record.type = type;
        record.version = 1;
        const std::uint8_t newest = present_schema(type);
        const auto opened_as = [&](std::uint8_t schema) {
            const RecordBody body{SecretBytes::copy_of(bytes_of("body")), schema};
            REQUIRE(with.sealer.seal(record, body));
            return with.sealer.open(record);
        };
        for (std::uint8_t schema = 1; schema <= newest; ++schema) {
            const auto opened = opened_as(schema);
            REQUIRE(opened);
            CHECK(opened->schema == schema);
        }
        CHECK(opened_as(0).error().code == ErrorCode::integrity);
        CHECK(opened_as(newest + 1).error().code == ErrorCode::conflict);
        CHECK(opened_as(255).error().code == ErrorCode::conflict);
        const auto unknown = with.sealer.open_unknown(record);
        CHECK(unknown.error().code == ErrorCode::conflict);
    }
}

TEST_CASE("a blob of another format or suite is refused", "[core][seal][mutant:blob-format]") {
    Sealed with;
    Record record = with.seal("body");
    record.blob[0] = 2;
    CHECK_FALSE(with.sealer.open(record));
}

TEST_CASE("sizes leave in Padmé's buckets of at least 256 bytes", "[core][seal]") {
    CHECK(padded_size(0) == 256);
    CHECK(padded_size(256) == 256);
    CHECK(padded_size(257) == 272);
    CHECK(padded_size(1000) == 1024);
    CHECK(padded_size(100'000) == 100'352);
    std::set<std::size_t> buckets;
    for (std::size_t size = 0; size < 200'000; ++size) {
        const std::size_t padded = padded_size(size);
        REQUIRE(padded >= size);
        REQUIRE((size < 256 || padded - size <= size * 12 / 100));
        REQUIRE(padded_size(padded) == padded);
        buckets.insert(padded);
    }
    CHECK(buckets.size() < 200);
    Sealed with;
    CHECK(with.seal("a").blob.size() == with.seal(std::string(240, 'b')).blob.size());
    Record large;
    const auto refused = with.sealer.seal(large, Bytes(kLargestBlob));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::usage);
}

TEST_CASE("the same text never gives the same blob, and ids of history always agree",
          "[core][seal]") {
    Sealed with;
    CHECK(with.seal("same").blob != with.seal("same").blob);
    const RecordId item = with.sealer.new_record_id();
    const FieldKey key{FieldKind::password};
    const Stamp stamp{{1, 2}, DeviceId{}};
    const RecordId first = with.sealer.history_id(item, key, stamp);
    CHECK(first == with.sealer.history_id(item, key, stamp));
    CHECK(first != with.sealer.history_id(item, {FieldKind::username}, stamp));
    CHECK(first != with.sealer.history_id(item, key, {{1, 3}, DeviceId{}}));
    CHECK(first != with.sealer.history_id(with.sealer.new_record_id(), key, stamp));
    CHECK(with.sealer.chunk_id(item, 0) != with.sealer.chunk_id(item, 1));
}

}  // namespace sparekey::core
