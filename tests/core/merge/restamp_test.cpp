#include "core/merge/restamp.h"

#include "core/merge/edit.h"
#include "core/model/view.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace sparekey::core {
namespace {

const DeviceId kPhone{{1}};
const DeviceId kLaptop{{2}};

ItemPatch username(const char* name) {
    ItemPatch patch;
    patch.username = name;
    return patch;
}

ItemState item() {
    ItemPatch patch = username("first");
    patch.title = "Mail";
    return create_item(patch, {1000, kPhone})->state.clone();
}

ItemState edited(const ItemState& state, const char* name, const Edit& edit) {
    return apply_patch(state, username(name), edit)->state.clone();
}

bool holds(const ItemState& state, std::string_view name) {
    const Register* const dots = state.find({FieldKind::username, {}, 0});
    return dots != nullptr && std::any_of(dots->begin(), dots->end(), [&](const Dot& dot) {
               return dot.value.text.expose() == name;
           });
}

/// The phone was restored to `base`, whose later edit the laptop has seen and replaced; then its
/// clock went back, or another device's had been ahead.
struct Restored {
    ItemState base = item();
    ItemState theirs = edited(edited(base, "forgotten", {9000, kPhone}), "laptop", {9500, kLaptop});
    ItemState ours = edited(base, "new", {5000, kPhone});
};

const auto kNowhere = [](const FieldKey&, const Dot&) { return false; };

}  // namespace

TEST_CASE("what a restored device writes is not taken for what it wrote before",
          "[core][merge][mutant:new-stamps]") {
    const Restored it;
    REQUIRE_FALSE(holds(merge(it.ours, it.theirs).state, "new"));
    const ItemState stamped = restamp(it.ours, it.theirs, kPhone, kNowhere);
    const ItemState merged = merge(stamped, it.theirs).state;
    CHECK(holds(merged, "new"));
    CHECK(holds(merged, "laptop"));
    CHECK_FALSE(holds(merged, "forgotten"));
    // Once is enough: nobody covers the new stamp.
    CHECK(identical(restamp(stamped, it.theirs, kPhone, kNowhere), stamped));
}

TEST_CASE("only what nobody has seen is stamped anew", "[core][merge]") {
    const Restored it;
    SECTION("the history has it: it was replaced") {
        const auto everywhere = [](const FieldKey&, const Dot&) { return true; };
        CHECK(identical(restamp(it.ours, it.theirs, kPhone, everywhere), it.ours));
    }
    SECTION("another device wrote it") {
        CHECK(identical(restamp(it.ours, it.theirs, kLaptop, kNowhere), it.ours));
    }
    SECTION("it is not covered") {
        const ItemState later = edited(it.base, "later", {20'000, kPhone});
        CHECK(identical(restamp(later, it.theirs, kPhone, kNowhere), later));
    }
}

TEST_CASE("an older copy of a device takes nothing from what the device wrote meanwhile",
          "[core][merge][mutant:adopt-unseen]") {
    const ItemState base = item();
    const ItemState theirs = edited(base, "meanwhile", {9000, kPhone});
    ItemPatch tag;
    tag.tags = {"older"};
    const ItemState ours = apply_patch(base, tag, {20'000, kPhone})->state.clone();
    REQUIRE(view(merge(ours, theirs).state, {}, 1).username.empty());

    const auto replaced = [](const FieldKey&, const Dot& dot) {
        return dot.value.text.expose() == "first";
    };
    const MergeResult both = merge(restamp(ours, theirs, kPhone, replaced), theirs);
    const Item shown = view(both.state, {}, 1);
    CHECK(shown.title == "Mail");
    CHECK(shown.username == "meanwhile");
    CHECK(shown.tags == std::vector<std::string>{"older"});
    CHECK(conflicts(both.state).empty());
    CHECK(identical(both.state, merge(theirs, restamp(ours, theirs, kPhone, replaced)).state));
}

TEST_CASE("what both copies of a device changed is a conflict", "[core][merge]") {
    const ItemState base = item();
    for (const std::uint64_t ours_ms : {8000U, 9500U}) {
        const ItemState theirs = edited(base, "theirs", {9000, kPhone});
        const ItemState ours = edited(base, "ours", {ours_ms, kPhone});
        const ItemState both = merge(restamp(ours, theirs, kPhone, kNowhere), theirs).state;
        CHECK(holds(both, "ours"));
        CHECK(holds(both, "theirs"));
        CHECK(conflicts(both).size() == 1);
    }
}

TEST_CASE("what a copy of a device removed stays removed", "[core][merge]") {
    ItemPatch tags;
    tags.tags = {"a", "b"};
    const ItemState base = apply_patch(item(), tags, {2000, kPhone})->state.clone();
    const ItemState theirs = edited(base, "theirs", {9000, kPhone});
    tags.tags = {"a"};
    const MergeResult removal = apply_patch(base, tags, {20'000, kPhone}).value();
    const auto removed = [&](const FieldKey& key, const Dot& dot) {
        return std::any_of(removal.dropped.begin(), removal.dropped.end(), [&](const auto& one) {
            return one.key == key && identical(one.dot, dot);
        });
    };
    const ItemState both = merge(restamp(removal.state, theirs, kPhone, removed), theirs).state;
    CHECK(view(both, {}, 1).tags == std::vector<std::string>{"a"});
    CHECK(holds(both, "theirs"));
}

TEST_CASE("an older copy of a device puts nothing in the trash that it never saw",
          "[core][merge]") {
    const ItemState base = item();
    const ItemState theirs = edited(base, "meanwhile", {9000, kPhone});
    const ItemState edited_here = edited(base, "here", {20'000, kPhone});
    const ItemState ours = put_in_trash(edited_here, {21'000, kPhone}).state.clone();
    REQUIRE(ours.trashed());
    const ItemState both = merge(restamp(ours, theirs, kPhone, kNowhere), theirs).state;
    CHECK_FALSE(both.trashed());
    CHECK(holds(both, "meanwhile"));
}

}  // namespace sparekey::core
