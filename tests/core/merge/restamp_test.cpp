#include "core/merge/restamp.h"

#include "core/merge/edit.h"
#include "core/model/view.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace sparekey::core {
namespace {

const DeviceId kRestored{{1}};
const DeviceId kOther{{2}};

ItemPatch named(const char* name) {
    ItemPatch patch;
    patch.username = name;
    return patch;
}

ItemState first_item() {
    ItemPatch patch = named("first");
    patch.title = "Mail";
    return create_item(patch, {1000, kRestored})->state.clone();
}

ItemState edited(const ItemState& state, const char* name, const Edit& edit) {
    return apply_patch(state, named(name), edit)->state.clone();
}

bool holds(const ItemState& state, std::string_view name) {
    const Register* const dots = state.find({FieldKind::username, {}, 0});
    return dots != nullptr && std::any_of(dots->begin(), dots->end(), [&](const Dot& dot) {
               return dot.value.text.expose() == name;
           });
}

/// A device was restored to `base`, whose later edit another one has seen and replaced; then its
/// clock went back, or another device's had been ahead.
struct Restored {
    ItemState base = first_item();
    ItemState theirs =
        edited(edited(base, "forgotten", {9000, kRestored}), "laptop", {9500, kOther});
    ItemState ours = edited(base, "new", {5000, kRestored});
};

const auto kNowhere = [](const FieldKey&, const Dot&) { return false; };

}  // namespace

TEST_CASE("what a restored device writes is not taken for what it wrote before",
          "[core][merge][mutant:new-stamps]") {
    const Restored it;
    REQUIRE_FALSE(holds(merge(it.ours, it.theirs).state, "new"));
    const ItemState stamped = restamp(it.ours, it.theirs, kRestored, kNowhere);
    const ItemState merged = merge(stamped, it.theirs).state;
    CHECK(holds(merged, "new"));
    CHECK(holds(merged, "laptop"));
    CHECK_FALSE(holds(merged, "forgotten"));
    // Once is enough: nobody covers the new stamp.
    CHECK(identical(restamp(stamped, it.theirs, kRestored, kNowhere), stamped));
}

TEST_CASE("only what nobody has seen is stamped anew", "[core][merge]") {
    const Restored it;
    SECTION("the history has it: it was replaced") {
        const auto everywhere = [](const FieldKey&, const Dot&) { return true; };
        CHECK(identical(restamp(it.ours, it.theirs, kRestored, everywhere), it.ours));
    }
    SECTION("another device wrote it") {
        CHECK(identical(restamp(it.ours, it.theirs, kOther, kNowhere), it.ours));
    }
    SECTION("it is not covered") {
        const ItemState later = edited(it.base, "later", {20'000, kRestored});
        CHECK(identical(restamp(later, it.theirs, kRestored, kNowhere), later));
    }
}

TEST_CASE("an older copy of a device takes nothing from what the device wrote meanwhile",
          "[core][merge][mutant:adopt-unseen]") {
    const ItemState base = first_item();
    const ItemState theirs = edited(base, "meanwhile", {9000, kRestored});
    ItemPatch tag;
    tag.tags = {"older"};
    const ItemState ours = apply_patch(base, tag, {20'000, kRestored})->state.clone();
    REQUIRE_FALSE(conflicts(merge(ours, theirs).state).empty());

    const auto replaced = [](const FieldKey&, const Dot& dot) {
        return dot.value.text.expose() == "first";
    };
    const MergeResult both = merge(restamp(ours, theirs, kRestored, replaced), theirs);
    const Item shown = view(both.state, {}, 1);
    CHECK(shown.title == "Mail");
    CHECK(shown.username == "meanwhile");
    CHECK(shown.tags == std::vector<std::string>{"older"});
    CHECK(conflicts(both.state).empty());
    CHECK(identical(both.state, merge(theirs, restamp(ours, theirs, kRestored, replaced)).state));
}

TEST_CASE("what both copies of a device changed is a conflict", "[core][merge]") {
    const ItemState base = first_item();
    for (const std::uint64_t ours_ms : {8000U, 9500U}) {
        const ItemState theirs = edited(base, "theirs", {9000, kRestored});
        const ItemState ours = edited(base, "ours", {ours_ms, kRestored});
        const ItemState both = merge(restamp(ours, theirs, kRestored, kNowhere), theirs).state;
        CHECK(holds(both, "ours"));
        CHECK(holds(both, "theirs"));
        CHECK(conflicts(both).size() == 1);
    }
}

TEST_CASE("what a copy of a device removed stays removed", "[core][merge]") {
    ItemPatch tags;
    tags.tags = {"a", "b"};
    const ItemState base = apply_patch(first_item(), tags, {2000, kRestored})->state.clone();
    const ItemState theirs = edited(base, "theirs", {9000, kRestored});
    tags.tags = {"a"};
    const MergeResult removal = apply_patch(base, tags, {20'000, kRestored}).value();
    const auto removed = [&](const FieldKey& key, const Dot& dot) {
        return std::any_of(removal.dropped.begin(), removal.dropped.end(), [&](const auto& one) {
            return one.key == key && identical(one.dot, dot);
        });
    };
    const ItemState both = merge(restamp(removal.state, theirs, kRestored, removed), theirs).state;
    CHECK(view(both, {}, 1).tags == std::vector<std::string>{"a"});
    CHECK(holds(both, "theirs"));
}

TEST_CASE("an older copy of a device puts nothing in the trash that it never saw",
          "[core][merge]") {
    const ItemState base = first_item();
    const ItemState theirs = edited(base, "meanwhile", {9000, kRestored});
    const ItemState edited_here = edited(base, "here", {20'000, kRestored});
    const ItemState ours = put_in_trash(edited_here, {21'000, kRestored}).state.clone();
    REQUIRE(ours.trashed());
    const ItemState both = merge(restamp(ours, theirs, kRestored, kNowhere), theirs).state;
    CHECK_FALSE(both.trashed());
    CHECK(holds(both, "meanwhile"));
}

TEST_CASE("a restored device gives no stamp after the last one", "[core][merge]") {
    Restored it;
    it.theirs.context.add(Stamp{kLastInstant, kOther});
    const ItemState stamped = restamp(it.ours, it.theirs, kRestored, kNowhere);
    CHECK(stamped.context.highest() <= kLastInstant);
    CHECK(merge(stamped, it.theirs).state.context.highest() == kLastInstant);
}

}  // namespace sparekey::core
