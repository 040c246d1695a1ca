// The head outside the database.
#include "storage/folder/sidecar.h"

#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::storage {
namespace {

struct Kept {
    tests::Home home;
    tests::SeededRandom random;
    core::VaultId vault = core::VaultId::random(random);
    core::IdKey key = core::IdKey::random(random);
    Sidecar sidecar{home.path(), vault, key};
    StoreHead head{7, random.bytes<32>()};
};

bool is_integrity(const core::Result<void>& result) {
    return !result && result.error().code == core::ErrorCode::integrity;
}

}  // namespace

TEST_CASE("a database behind its sidecar, or beside it, is refused",
          "[storage][sidecar][mutant:sidecar]") {
    Kept kept;
    CHECK(kept.sidecar.check(kept.head));
    kept.sidecar.write(kept.head);
    CHECK(kept.sidecar.check(kept.head));
    CHECK(kept.sidecar.check({8, kept.random.bytes<32>()}));
    CHECK(is_integrity(kept.sidecar.check({6, kept.head.root})));
    CHECK(is_integrity(kept.sidecar.check({7, kept.random.bytes<32>()})));
}

TEST_CASE("every flipped bit and every cut of the sidecar is noticed", "[storage][sidecar]") {
    Kept kept;
    kept.sidecar.write(kept.head);
    const std::string path = kept.home.file("head");
    const std::string whole = tests::read_text(path);
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        std::string flipped = whole;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        tests::write_text(path, flipped);
        REQUIRE(is_integrity(kept.sidecar.check(kept.head)));
    }
    for (std::size_t size = 0; size < whole.size(); ++size) {
        tests::write_text(path, whole.substr(0, size));
        REQUIRE(is_integrity(kept.sidecar.check(kept.head)));
    }
    tests::write_text(path, whole);
    CHECK(kept.sidecar.check(kept.head));
    Sidecar other(kept.home.path(), core::VaultId::random(kept.random), kept.key);
    CHECK(is_integrity(other.check(kept.head)));
}

}  // namespace sparekey::storage
