#include "core/merge/merge.h"

#include "core/merge/edit.h"
#include "core/model/limits.h"
#include "core/model/view.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::core {
namespace {

const DeviceId kPhone{{1}};
const DeviceId kLaptop{{2}};

ItemState item() {
    ItemPatch patch;
    patch.title = "Mail";
    patch.username = "me";
    patch.tags = {{"old"}};
    return create_item(patch, {1000, kPhone})->state.clone();
}

ItemState changed(const ItemState& state, const ItemPatch& patch, const Edit& edit) {
    return apply_patch(state, patch, edit)->state.clone();
}

ItemPatch username(const char* name) {
    ItemPatch patch;
    patch.username = name;
    return patch;
}

ItemPatch tags(std::vector<std::string> all) {
    ItemPatch patch;
    patch.tags = std::move(all);
    return patch;
}

Item seen(const ItemState& state) {
    return view(state, RecordId{}, 1);
}

}  // namespace

TEST_CASE("two devices that change one field differently make a conflict", "[core][merge]") {
    const ItemState start = item();
    const auto merged = merge(changed(start, username("phone"), {2000, kPhone}),
                              changed(start, username("laptop"), {3000, kLaptop}));
    CHECK(seen(merged.state).username == "laptop");
    const auto found = conflicts(merged.state);
    REQUIRE(found.size() == 1);
    CHECK(found[0].key.kind == FieldKind::username);
    CHECK(found[0].current.value.text.expose() == "laptop");
    REQUIRE(found[0].others.size() == 1);
    CHECK(found[0].others[0].value.text.expose() == "phone");
    CHECK(merged.dropped.empty());

    const auto settled = resolve(merged.state, found[0].key, Keep::other, {4000, kPhone});
    REQUIRE(settled);
    CHECK(seen(settled->state).username == "phone");
    CHECK(conflicts(settled->state).empty());
    CHECK(settled->dropped.size() == 2);
}

TEST_CASE("two devices that write the same value make no conflict", "[core][merge]") {
    const ItemState start = item();
    const auto merged = merge(changed(start, username("new"), {2000, kPhone}),
                              changed(start, username("new"), {3000, kLaptop}));
    CHECK(conflicts(merged.state).empty());
}

TEST_CASE("changes of different fields are combined", "[core][merge]") {
    const ItemState start = item();
    ItemPatch title;
    title.title = "Post";
    const auto merged = merge(changed(start, username("new"), {2000, kPhone}),
                              changed(start, title, {3000, kLaptop}));
    CHECK(seen(merged.state).username == "new");
    CHECK(seen(merged.state).title == "Post");
    CHECK(conflicts(merged.state).empty());
}

TEST_CASE("an edit beats a delete, and a delete that has seen the edit wins", "[core][merge]") {
    const ItemState start = item();
    const ItemState trashed = put_in_trash(start, {5000, kLaptop}).state.clone();
    CHECK(trashed.trashed());
    const ItemState edited = changed(start, username("new"), {2000, kPhone});
    CHECK_FALSE(merge(trashed, edited).state.trashed());
    const ItemState after = put_in_trash(edited, {6000, kLaptop}).state.clone();
    CHECK(merge(after, edited).state.trashed());
    CHECK_FALSE(merge(restore(after, {7000, kPhone}).state, after).state.trashed());
}

TEST_CASE("a tag that is present beats its removal elsewhere only when added anew",
          "[core][merge]") {
    const ItemState start = item();
    const ItemState removed = changed(start, tags({}), {2000, kPhone});
    CHECK(seen(merge(removed, start).state).tags.empty());
    const ItemState again = changed(removed, tags({"old"}), {2500, kPhone});
    CHECK(seen(merge(again, removed).state).tags == std::vector<std::string>{"old"});
    const auto both = merge(changed(start, tags({"old", "a"}), {3000, kPhone}),
                            changed(start, tags({"old", "b"}), {3001, kLaptop}));
    CHECK(seen(both.state).tags.size() == 3);
}

TEST_CASE("a stamp from the far future does not beat a later edit", "[core][merge]") {
    const ItemState start = item();
    const ItemState future = changed(start, username("future"), {kLatestTimeMs, kPhone});
    const ItemState later = changed(future, username("later"), {4000, kLaptop});
    CHECK(seen(merge(future, later).state).username == "later");
    CHECK(conflicts(merge(future, later).state).empty());
}

TEST_CASE("different values under one stamp are both kept", "[core][merge]") {
    const ItemState start = item();
    const auto merged = merge(changed(start, username("before"), {2000, kPhone}),
                              changed(start, username("restored"), {2000, kPhone}));
    REQUIRE(conflicts(merged.state).size() == 1);
    CHECK(merged.dropped.empty());
}

TEST_CASE("a HOTP counter merges by maximum", "[core][merge]") {
    ItemPatch patch;
    patch.totp = SecretText::copy_of("otpauth://hotp/x?secret=ABCDEFGH");
    const ItemState start = changed(item(), patch, {1500, kPhone});
    ItemPatch five, nine;
    five.hotp_counter = 5;
    nine.hotp_counter = 9;
    const auto merged =
        merge(changed(start, nine, {2000, kPhone}), changed(start, five, {3000, kLaptop}));
    CHECK(hotp_counter(merged.state) == 9);
}

TEST_CASE("an edit that changes nothing takes no stamp", "[core][merge]") {
    const ItemState start = item();
    CHECK(identical(changed(start, username("me"), {9000, kLaptop}), start));
    CHECK(identical(changed(start, tags({"old"}), {9000, kLaptop}), start));
}

TEST_CASE("sets keep their order, also a new one", "[core][merge]") {
    const ItemState start = changed(item(), tags({"a", "b", "c"}), {2000, kPhone});
    CHECK(seen(start).tags == std::vector<std::string>{"a", "b", "c"});
    const ItemState turned = changed(start, tags({"c", "a", "b"}), {3000, kPhone});
    CHECK(seen(turned).tags == std::vector<std::string>{"c", "a", "b"});
}

TEST_CASE("an element that was removed elsewhere stays removed when another one is added here",
          "[core][merge]") {
    const ItemState start = merge(changed(item(), tags({"old", "here"}), {2000, kPhone}),
                                  changed(item(), tags({"old", "there"}), {2001, kLaptop}))
                                .state;
    REQUIRE(seen(start).tags == std::vector<std::string>{"old", "here", "there"});
    const ItemState here = changed(start, tags({"old", "here", "there", "more"}), {3000, kPhone});
    const ItemState there = changed(start, tags({"old", "there"}), {3000, kLaptop});
    CHECK(seen(merge(here, there).state).tags == std::vector<std::string>{"old", "there", "more"});
}

TEST_CASE("a change of one element leaves the conflict of another one",
          "[core][merge][mutant:untouched-elements]") {
    const auto fields = [](std::vector<std::pair<std::string, std::string>> all) {
        ItemPatch patch;
        patch.fields.emplace();
        for (const auto& [name, value] : all) {
            patch.fields->push_back({name, SecretText::copy_of(value), true});
        }
        return patch;
    };
    const ItemState start = changed(item(), fields({{"pin", "0"}, {"puk", "0"}}), {2000, kPhone});
    const ItemState both =
        merge(changed(start, fields({{"pin", "1"}, {"puk", "0"}}), {3000, kPhone}),
              changed(start, fields({{"pin", "2"}, {"puk", "0"}}), {3001, kLaptop}))
            .state;
    REQUIRE(conflicts(both).size() == 1);
    for (const auto& patch :
         {fields({{"pin", "2"}, {"puk", "7"}}), fields({{"more", "1"}, {"puk", "0"}, {"pin", "2"}}),
          fields({{"pin", "2"}})}) {
        CHECK(conflicts(changed(both, patch, {4000, kPhone})).size() == 1);
    }
    CHECK(conflicts(changed(both, fields({{"pin", "3"}}), {4000, kPhone})).empty());
    CHECK(conflicts(changed(both, fields({}), {4000, kPhone})).empty());
}

TEST_CASE("a set is in the order that was wished, whoever added what", "[core][merge]") {
    tests::SeededRandom random;
    for (int round = 0; round < 300; ++round) {
        ItemState state = item();
        for (std::uint8_t part = 1; part <= 3; ++part) {
            const std::string name(1, static_cast<char>('a' - 1 + part));
            const Edit edit{2000 + random.below(3), DeviceId{{part}}};
            state = merge(state, changed(item(), tags({"old", name}), edit)).state;
        }
        std::vector<std::string> wished = {"old", "a", "b", "c", "d", "e"};
        for (std::size_t left = wished.size(); left > 1; --left) {
            std::swap(wished[left - 1], wished[random.below(left)]);
        }
        wished.resize(1 + random.below(wished.size()));
        state = changed(state, tags(wished), {3000, kPhone});
        CHECK(seen(state).tags == wished);
    }
}

TEST_CASE("what is too long, not UTF-8 or has a NUL is refused", "[core][merge]") {
    const ItemState start = item();
    const Edit edit{2000, kPhone};
    CHECK(apply_patch(start, username("a\xff"), edit).error().code == ErrorCode::usage);
    ItemPatch patch;
    patch.username = std::string("a\0b", 3);
    CHECK(apply_patch(start, patch, edit).error().code == ErrorCode::usage);
    patch.username = std::string(kLongestValue + 1, 'x');
    CHECK(apply_patch(start, patch, edit).error().code == ErrorCode::usage);
    patch.username = std::string(kLongestValue, 'x');
    CHECK(apply_patch(start, patch, edit));
    patch.title = "";
    CHECK(apply_patch(start, patch, edit).error().code == ErrorCode::usage);
    ItemPatch many;
    many.fields.emplace();
    for (int i = 0; i < 1001; ++i) many.fields->push_back({"f" + std::to_string(i), {}, false});
    CHECK(apply_patch(start, many, edit).error().code == ErrorCode::usage);
}

}  // namespace sparekey::core
