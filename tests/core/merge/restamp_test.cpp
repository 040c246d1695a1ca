#include "core/merge/restamp.h"

#include "core/merge/edit.h"

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

}  // namespace sparekey::core
