#include "core/crypto/sealed_box.h"

#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

constexpr std::string_view kLabel = "sparekey/v1/test";

struct TestSecretTag;
using TestSecret = Key<TestSecretTag>;

}  // namespace

TEST_CASE("a sealed box opens for its recipient, label and associated data only",
          "[core][sealed-box]") {
    tests::SeededRandom random;
    const TestSecret secret = TestSecret::random(random);
    const Bytes bound{1, 2, 3};
    const auto box = sealed_box::seal(box_public_key(secret.expose()), kLabel, bytes_of("content"),
                                      bound, random);
    REQUIRE(box);
    CHECK(box->size() == 7 + sealed_box::kOverhead);
    const auto opened = sealed_box::open(secret.expose(), kLabel, *box, bound);
    REQUIRE(opened);
    CHECK(text_of(opened->expose()) == "content");
    CHECK_FALSE(sealed_box::open(TestSecret::random(random).expose(), kLabel, *box, bound));
    CHECK_FALSE(sealed_box::open(secret.expose(), "sparekey/v1/other", *box, bound));
    CHECK_FALSE(sealed_box::open(secret.expose(), kLabel, *box, Bytes{1, 2, 4}));
}

TEST_CASE("every flipped bit and every cut of a sealed box is refused", "[core][sealed-box]") {
    tests::SeededRandom random;
    const TestSecret secret = TestSecret::random(random);
    const auto box =
        sealed_box::seal(box_public_key(secret.expose()), kLabel, bytes_of("x"), {}, random);
    REQUIRE(box);
    for (std::size_t bit = 0; bit < box->size() * 8; ++bit) {
        Bytes flipped = *box;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const auto opened = sealed_box::open(secret.expose(), kLabel, flipped, {});
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == ErrorCode::integrity);
    }
    for (std::size_t size = 0; size < box->size(); ++size) {
        CHECK_FALSE(sealed_box::open(secret.expose(), kLabel, ByteView(*box).first(size), {}));
    }
}

TEST_CASE("a point of small order is neither sealed to nor opened from", "[core][sealed-box]") {
    tests::SeededRandom random;
    const TestSecret secret = TestSecret::random(random);
    CHECK_FALSE(sealed_box::seal(BoxPublicKey{}, kLabel, bytes_of("x"), {}, random));
    CHECK_FALSE(sealed_box::seal(BoxPublicKey{1}, kLabel, bytes_of("x"), {}, random));
    CHECK_FALSE(sealed_box::open(secret.expose(), kLabel, Bytes(sealed_box::kOverhead), {}));
}

}  // namespace sparekey::core
