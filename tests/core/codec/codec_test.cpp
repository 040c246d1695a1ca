#include "core/codec/codec.h"

#include "core/merge/edit.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

ItemState random_state(tests::SeededRandom& random) {
    ItemPatch patch;
    patch.title = "title " + std::to_string(random.below(1000));
    patch.password = SecretText::copy_of("p\xc3\xa4ss");
    patch.tags = {{"a", "b"}};
    patch.urls = {{"https://x.example"}};
    patch.fields.emplace();
    for (std::size_t i = random.below(4); i > 0; --i) {
        patch.fields->push_back({"pin", SecretText::copy_of(std::to_string(i)), random.coin()});
    }
    patch.totp = SecretText::copy_of("ABCD");
    patch.hotp_counter = random.below(100);
    ItemState state =
        create_item(patch, {1000 + random.below(1000), DeviceId::random(random)})->state.clone();
    ItemPatch other;
    other.username = "one";
    const ItemState left =
        apply_patch(state, other, {3000, DeviceId::random(random)})->state.clone();
    other.username = "two";
    const ItemState right =
        apply_patch(state, other, {3000, DeviceId::random(random)})->state.clone();
    state = merge(left, right).state.clone();
    return random.coin() ? put_in_trash(state, {4000, DeviceId::random(random)}).state.clone()
                         : std::move(state);
}

}  // namespace

TEST_CASE("an item state reads back in every bit", "[core][codec]") {
    tests::SeededRandom random;
    for (int i = 0; i < 200; ++i) {
        const ItemState state = random_state(random);
        const auto decoded = decode_item_state(encode(state).expose());
        REQUIRE(decoded);
        CHECK(identical(*decoded, state));
    }
}

TEST_CASE("a cut or flipped encoding is refused or is itself the encoding of what it says",
          "[core][codec]") {
    tests::SeededRandom random;
    const SecretBytes whole = encode(random_state(random));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK(decode_item_state(whole.expose().first(size)).error().code == ErrorCode::integrity);
    }
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        SecretBytes flipped = whole.clone();
        flipped.expose_mutable()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto decoded = decode_item_state(flipped.expose());
        if (decoded) CHECK(equal_constant_time(encode(*decoded).expose(), flipped.expose()));
    }
    SecretBuilder longer;
    longer.append(whole.expose());
    longer.append('\0');
    CHECK_FALSE(decode_item_state(longer.expose()));
}

TEST_CASE("a length that no input could hold is refused before anything is allocated",
          "[core][codec]") {
    Bytes bytes(8, 0);
    bytes.insert(bytes.end(), {0xff, 0xff, 0xff, 0xff});
    CHECK_FALSE(decode_item_state(bytes));
    Bytes chunk(16 + 4, 0);
    chunk.insert(chunk.end(), {0xff, 0xff, 0xff, 0xff, 1});
    CHECK_FALSE(decode_attachment_chunk(chunk));
    CHECK_FALSE(decode_key_slots(chunk));
    CHECK_FALSE(decode_keyring(chunk));
}

}  // namespace sparekey::core
