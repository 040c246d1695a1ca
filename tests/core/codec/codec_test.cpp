#include "core/codec/codec.h"

#include "core/merge/edit.h"
#include "tests/support/seeded_random.h"
#include "tests/support/wide_item.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <limits>
#include <stdexcept>

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

TEST_CASE("an item state reads back in every bit, from the layout of schema 1 too",
          "[core][codec]") {
    tests::SeededRandom random;
    for (int i = 0; i < 200; ++i) {
        const ItemState state = random_state(random);
        const auto decoded = decode_item_state(encode(state).expose(), kItemSchema);
        REQUIRE(decoded);
        CHECK(identical(*decoded, state));
        const auto older = decode_item_state(tests::wide_item(state).expose(), 1);
        REQUIRE(older);
        CHECK(identical(*older, state));
    }
}

TEST_CASE("a cut or flipped encoding is refused or is itself the encoding of what it says",
          "[core][codec]") {
    tests::SeededRandom random;
    const ItemState state = random_state(random);
    const bool is_wide = GENERATE(false, true);
    const auto encoding = [&](const ItemState& of) {
        return is_wide ? tests::wide_item(of) : encode(of);
    };
    const auto decode = [&](ByteView bytes) {
        return decode_item_state(bytes, is_wide ? 1 : kItemSchema);
    };
    const SecretBytes whole = encoding(state);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK(decode(whole.expose().first(size)).error().code == ErrorCode::integrity);
    }
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        SecretBytes flipped = whole.clone();
        flipped.expose_mutable()[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto decoded = decode(flipped.expose());
        refused += decoded ? 0 : 1;
        if (decoded) CHECK(equal_constant_time(encoding(*decoded).expose(), flipped.expose()));
    }
    CHECK(refused > 0);
    SecretBuilder longer;
    longer.append(whole.expose());
    longer.append('\0');
    CHECK_FALSE(decode(longer.expose()));
}

/// One device, one title "t", of one second after the epoch; then with one byte that is something
/// else.
TEST_CASE("the compact layout is the one that is documented, and a number has one form in it",
          "[core][codec]") {
    ItemState state;
    state.created_ms = 1000;
    DeviceId device;
    device.bytes.fill(0xdd);
    const Stamp stamp{{1000, 2}, device};
    state.context.add({{1128, 0}, device});
    Dot dot{stamp, {SecretText::copy_of("t"), true, 3}};
    state.fields.push_back({{FieldKind::title}, {}});
    state.fields.back().dots.push_back(std::move(dot));
    Bytes expected{0xe8, 0x07, 1};  // created; one device
    expected.insert(expected.end(), 16, 0xdd);
    // Seen at 1128, 0; one field: the title, one dot of device 0, 128 ms earlier, counter 2; order
    // 3 and secret; one byte of text; no trash mark, no counter.
    const std::size_t seen = expected.size();
    for (const int byte : {0xe8, 0x08, 0, 1, 1, 1, 0, 0x80, 0x01, 2, 7, 1, int{'t'}, 0, 0}) {
        expected.push_back(static_cast<std::uint8_t>(byte));
    }
    CHECK(equal_constant_time(encode(state).expose(), expected));

    const auto read_with = [&](std::size_t at, std::vector<std::uint8_t> bytes) {
        Bytes changed(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(at));
        changed.insert(changed.end(), bytes.begin(), bytes.end());
        changed.insert(changed.end(), expected.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                       expected.end());
        return decode_item_state(changed, kItemSchema).has_value();
    };
    CHECK(read_with(seen + 9, {3}));                                   // another counter
    CHECK_FALSE(read_with(seen + 9, {0x82, 0}));                       // the same, longer
    CHECK_FALSE(read_with(seen + 9, {0x80, 0x80, 0}));                 // zero, longer
    CHECK(read_with(seen + 9, {0xff, 0xff, 0xff, 0xff, 0x0f}));        // 2^32 - 1
    CHECK_FALSE(read_with(seen + 9, {0x80, 0x80, 0x80, 0x80, 0x10}));  // 2^32
    CHECK_FALSE(read_with(seen + 6, {1}));                             // a device that is not there
    CHECK_FALSE(read_with(seen + 8, {0x09}));  // earlier than the epoch: 1152 ms before 1128
    CHECK_FALSE(read_with(seen + 4, {8}));     // a kind that there is not
    const std::vector<std::uint8_t> longest(9, 0xff);
    for (const std::uint8_t last : {0x01, 0x02, 0x81}) {
        auto number = longest;  // 2^64 - 1, more, and one that goes on: no time
        number.push_back(last);
        CHECK_FALSE(read_with(0, number));
    }
}

TEST_CASE("a counter of a one-time code reads back at its largest", "[core][codec]") {
    ItemState state;
    state.counters.push_back({"seed", std::numeric_limits<std::uint64_t>::max()});
    const SecretBytes encoded = encode(state);
    const auto decoded = decode_item_state(encoded.expose(), kItemSchema);
    REQUIRE(decoded);
    CHECK(identical(*decoded, state));
    SecretBytes larger = encoded.clone();
    larger.expose_mutable()[larger.size() - 1] = 2;
    CHECK_FALSE(decode_item_state(larger.expose(), kItemSchema));
}

TEST_CASE("an item of a schema that there is not is refused", "[core][codec]") {
    const SecretBytes empty = encode(ItemState());
    CHECK(decode_item_state(empty.expose(), kItemSchema));
    for (const int schema : {0, kItemSchema + 1, 255}) {
        CHECK_FALSE(decode_item_state(empty.expose(), static_cast<std::uint8_t>(schema)));
    }
}

TEST_CASE("as many elements as fit in a record are read again", "[core][codec]") {
    ItemState state;
    const Stamp stamp{{1, 0}, DeviceId()};
    state.context.add(stamp);
    for (std::size_t at = 0; at < 70'000; ++at) {
        std::string name = std::to_string(at);
        name.insert(0, 5 - name.size(), '0');
        state.fields.push_back({{FieldKind::tag, name}, {}});
        state.fields.back().dots.push_back({stamp, {}});
    }
    const SecretBytes encoded = encode(state);
    REQUIRE(encoded.size() < std::size_t{1} << 20);
    const auto decoded = decode_item_state(encoded.expose(), kItemSchema);
    REQUIRE(decoded);
    CHECK(identical(*decoded, state));
}

TEST_CASE("what an item's context does not cover is never written", "[core][codec]") {
    ItemState state;
    state.fields.push_back({{FieldKind::title}, {}});
    state.fields.back().dots.push_back({Stamp{{1, 0}, DeviceId()}, {}});
    CHECK_THROWS_AS(encode(state), std::logic_error);
}

TEST_CASE("a length that no input could hold is refused before anything is allocated",
          "[core][codec]") {
    Bytes bytes(8, 0);
    bytes.insert(bytes.end(), {0xff, 0xff, 0xff, 0xff});
    CHECK_FALSE(decode_item_state(bytes, 1));
    CHECK_FALSE(decode_item_state(Bytes{0, 0xff, 0xff, 0x03}, kItemSchema));
    Bytes chunk(16 + 4, 0);
    chunk.insert(chunk.end(), {0xff, 0xff, 0xff, 0xff, 1});
    CHECK_FALSE(decode_attachment_chunk(chunk));
    CHECK_FALSE(decode_key_slots(chunk));
    CHECK_FALSE(decode_keyring(chunk));
}

}  // namespace sparekey::core
