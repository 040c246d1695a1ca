// Values in conflict that leave an item which has become too large for a record.
#include "core/codec/codec.h"
#include "core/merge/merge.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

std::size_t encoded_size(const ItemState& state) {
    return encode(state).size();
}

/// As it is said: one by one, the oldest first, each time measured anew.
MergeResult shed_plainly(ItemState state, std::size_t limit) {
    MergeResult result{std::move(state), {}};
    for (;;) {
        Field* oldest = nullptr;
        for (Field& field : result.state.fields) {
            if (field.dots.size() < 2) continue;
            if (oldest == nullptr || field.dots.front().stamp < oldest->dots.front().stamp) {
                oldest = &field;
            }
        }
        if (oldest == nullptr || encoded_size(result.state) < limit) return result;
        result.dropped.push_back({oldest->key, std::move(oldest->dots.front())});
        oldest->dots.erase(oldest->dots.begin());
    }
}

/// Some fields of some values each, of a few devices.
ItemState state_in_conflict(tests::SeededRandom& random) {
    ItemState state;
    const std::size_t fields = 1 + random.below(6);
    for (std::size_t at = 0; at < fields; ++at) {
        Field field{{FieldKind::tag, "tag " + std::to_string(at)}, {}};
        std::uint64_t wall = 1000 + random.below(3);
        for (std::size_t values = 1 + random.below(8); values > 0; --values) {
            Dot dot;
            dot.stamp.at = {wall, 0};
            dot.stamp.device.bytes[0] = static_cast<std::uint8_t>(random.below(3));
            dot.value.text = SecretText::copy_of(std::string(random.below(300), 'x'));
            state.context.add(dot.stamp);
            field.dots.push_back(std::move(dot));
            wall += 1 + random.below(3);
        }
        state.fields.push_back(std::move(field));
    }
    return state;
}

}  // namespace

TEST_CASE("conflicts leave an item oldest first, and no more of them than have to",
          "[core][merge]") {
    tests::SeededRandom random;
    std::size_t shed = 0;
    for (int i = 0; i < 500; ++i) {
        const ItemState state = state_in_conflict(random);
        const std::size_t limit = random.below(encoded_size(state) + 50);
        const MergeResult expected = shed_plainly(state.clone(), limit);
        const MergeResult result = shed_conflicts(state.clone(), limit, encoded_size);
        REQUIRE(identical(result.state, expected.state));
        REQUIRE(result.dropped.size() == expected.dropped.size());
        for (std::size_t at = 0; at < result.dropped.size(); ++at) {
            REQUIRE(result.dropped[at].key == expected.dropped[at].key);
            REQUIRE(identical(result.dropped[at].dot, expected.dropped[at].dot));
        }
        shed += result.dropped.size();
    }
    CHECK(shed > 0);
}

TEST_CASE("very many conflicts are measured few times", "[core][merge]") {
    ItemState state;
    Field field{{FieldKind::notes}, {}};
    for (std::uint64_t at = 0; at < 40'000; ++at) {
        Dot dot;
        dot.stamp.at = {at + 1, 0};
        dot.value.text = SecretText::copy_of(std::to_string(at));
        field.dots.push_back(std::move(dot));
    }
    state.context.add(field.dots.back().stamp);
    state.fields.push_back(std::move(field));
    static std::size_t measured;
    measured = 0;
    const MergeResult result = shed_conflicts(std::move(state), 100'000, [](const ItemState& of) {
        ++measured;
        return encoded_size(of);
    });
    CHECK(encoded_size(result.state) < 100'000);
    CHECK(result.dropped.size() > 20'000);
    CHECK(measured < 100);
}

}  // namespace sparekey::core
