// An attachment that one commit has no room for.
#include "tests/simulation/attachments.h"

#include "core/vault/item_writer.h"
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <array>

namespace sparekey::tests {
namespace {

/// Its record comes before nearly every other in the order of ids, in which records are sent, or
/// after them.
core::RecordId add_item_at(SimulatedDevice& device, std::uint8_t first_byte) {
    for (;;) {
        const core::RecordId item = Pair::add(device, "early or late");
        if (item.bytes[0] == first_byte) return item;
    }
}

/// The values that a field of the item had, the newest first.
std::vector<std::string> old_names(SimulatedDevice& device, const core::RecordId& item) {
    std::vector<std::string> names;
    const auto history = device.vault().history(item);
    REQUIRE(history);
    for (const core::HistoryLine& line : *history) {
        if (line.entry.key.kind != core::FieldKind::username) continue;
        names.emplace_back(line.entry.dot.value.text.expose());
    }
    return names;
}

/// Three devices that have the same items.
struct Three : Pair {
    Three() : third(keys, "C", &time_ms, server, random) {
        REQUIRE(*second.sync());
        third.join();
        REQUIRE(*third.sync());
    }
    std::array<SimulatedDevice*, 3> all() { return {&first, &second, &third}; }
    void destroy_on_first(const core::RecordId& of) {
        REQUIRE(first.vault().put_in_trash(of));
        REQUIRE(first.vault().empty_trash());
    }

    SimulatedDevice third;
    const core::RecordId& item = items[0];
};

/// One item: the third has a file of it that the second has not heard of, and changes the item,
/// while the first destroys it and the second, by a change, brings it back.
struct BroughtBack : Three {
    BroughtBack() {
        attach(third, item, "file", "what file says");
        change(third, item, "once");
        change(third, item, "twice");
        REQUIRE(*third.sync());
        REQUIRE(*first.sync());
        change(third, item, "here");
        change(second, item, "there");
        destroy_on_first(item);
        REQUIRE(*first.sync());
        REQUIRE(*second.sync());
        CHECK(second.vault().item(item)->attachments.empty());
    }
    void expect_all_of_it_everywhere() {
        for (SimulatedDevice* const device : all()) {
            const auto back = device->vault().item(item);
            REQUIRE(back);
            REQUIRE(back->attachments.size() == 1);
            CHECK(content_of(*device, item, back->attachments[0]) == "what file says");
            const auto names = old_names(*device, item);
            CHECK(std::find(names.begin(), names.end(), "once") != names.end());
            CHECK(device->records().disk.differences.empty());
        }
    }
};

}  // namespace

TEST_CASE("an item goes to the account no earlier than its attachments",
          "[simulation][mutant:chunks-first]") {
    Pair pair;
    const core::RecordId item = add_item_at(pair.first, 0);
    REQUIRE(*pair.first.sync());
    const std::string content(12 * core::kChunkSize, 'x');
    attach(pair.first, item, "large", content);

    LyingServer server(pair.server);
    int pushes = 0;
    server.on_push = [&](core::PushAnswer&) {
        ++pushes;
        REQUIRE(*pair.second.sync());
        const auto there = pair.second.vault().item(item);
        REQUIRE(there);
        for (const core::Attachment& attachment : there->attachments) {
            CHECK(content_of(pair.second, item, attachment) == content);
        }
    };
    REQUIRE(pair.sync(pair.first, server));
    CHECK(pushes > 1);
    CHECK(pair.second.vault().item(item)->attachments.size() == 1);
    CHECK(pair.first.records().disk.differences.empty());
    CHECK(pair.second.records().disk.differences.empty());
}

// The file's chunks were removed with the item that is there again.
TEST_CASE("an item that somebody else brings back takes along what is only here",
          "[simulation][mutant:returned-parts]") {
    BroughtBack all;
    for (SimulatedDevice* const device : {&all.third, &all.first, &all.second, &all.third}) {
        REQUIRE(*device->sync());
    }
    all.expect_all_of_it_everywhere();
}

// The page that removes the chunks tells that the item is there again, but it was changed since:
// what it is now comes with a later page.
TEST_CASE("an item that is back, and comes with a later page, takes along what is only here",
          "[simulation][mutant:awaited-parts]") {
    BroughtBack all;
    REQUIRE(*all.first.sync());
    all.change(all.first, all.item, "since");
    REQUIRE(*all.first.sync());
    all.server.commits_a_page = 2;
    for (SimulatedDevice* const device : {&all.third, &all.first, &all.second, &all.third}) {
        REQUIRE(*device->sync());
    }
    all.expect_all_of_it_everywhere();
}

// Nothing is unsent when a page removes the chunks and the item is awaited; then it is changed
// here, before the page that has it. If it is not, the account's holds, which has no file, and if
// it is destroyed again, nothing of it is left.
TEST_CASE("an item that is changed between two pages takes along what is only here",
          "[simulation][mutant:awaited-parts][mutant:stray-parts]") {
    enum class Then { changed, as_there, destroyed };
    const auto then = GENERATE(Then::changed, Then::as_there, Then::destroyed);
    Three fleet;
    const core::RecordId& item = fleet.item;
    attach(fleet.third, item, "file", "what file says");
    fleet.change(fleet.third, item, "once");
    fleet.change(fleet.third, item, "twice");
    REQUIRE(*fleet.third.sync());
    REQUIRE(*fleet.first.sync());
    fleet.change(fleet.second, item, "there");
    fleet.destroy_on_first(item);
    for (SimulatedDevice* const device : {&fleet.first, &fleet.second, &fleet.first}) {
        REQUIRE(*device->sync());
    }
    if (then == Then::destroyed) {
        fleet.destroy_on_first(item);
    } else {
        fleet.change(fleet.first, item, "since");
    }
    REQUIRE(*fleet.first.sync());

    fleet.server.commits_a_page = 2;
    LyingServer slow(fleet.server);
    int pages = 0;
    bool was_kept = false;
    slow.on_pull = [&](core::PullPage&) {
        if (++pages != 2) return;
        was_kept = !fleet.third.records().children(item, core::RecordType::attachment).empty();
        if (then == Then::changed) fleet.change(fleet.third, item, "between");
    };
    REQUIRE(fleet.sync(fleet.third, slow));
    CHECK(pages > 1);
    CHECK(was_kept);
    for (SimulatedDevice* const device : fleet.all()) REQUIRE(*device->sync());
    for (SimulatedDevice* const device : fleet.all()) {
        const auto chunks = device->records().children(item, core::RecordType::attachment);
        CHECK(chunks.size() == (then == Then::changed ? 1 : 0));
        CHECK(device->records().disk.differences.empty());
        const auto back = device->vault().item(item);
        REQUIRE(back.has_value() == (then != Then::destroyed));
        if (!back) {
            CHECK(device->records().children(item, core::RecordType::history).empty());
            continue;
        }
        CHECK(back->attachments.size() == chunks.size());
        for (const core::Attachment& file : back->attachments) {
            CHECK(content_of(*device, item, file) == "what file says");
        }
        const auto names = old_names(*device, item);
        CHECK(std::find(names.begin(), names.end(), "once") != names.end());
    }
}

// Its chunks hang on the history, which is brought along.
TEST_CASE("an old file of an item that somebody else brings back is not lost", "[simulation]") {
    Three fleet;
    const core::RecordId& item = fleet.item;
    attach(fleet.third, item, "file", "what file says");
    attach(fleet.third, item, "file", "what it says now");
    REQUIRE(*fleet.third.sync());
    REQUIRE(*fleet.first.sync());
    fleet.change(fleet.third, item, "here");
    fleet.change(fleet.second, item, "there");
    fleet.destroy_on_first(item);
    for (SimulatedDevice* const device :
         {&fleet.first, &fleet.second, &fleet.third, &fleet.first, &fleet.second}) {
        REQUIRE(*device->sync());
    }
    for (SimulatedDevice* const device : fleet.all()) {
        const auto chunks = device->records().children(item, core::RecordType::attachment);
        CHECK(chunks.size() == 2);
    }
}

// More than one commit removes them, and in the order of ids parts would often go before their
// item: whoever hears of these first would take them for what somebody pruned.
TEST_CASE("items that are destroyed by several commits keep their history where they were changed",
          "[simulation][mutant:items-before-parts]") {
    constexpr std::size_t kItems = 200;
    constexpr std::size_t kNames = 6;
    core::Permissions yes;
    yes.mass_deletion = true;
    Pair pair;
    std::vector<core::RecordId> items;
    for (std::size_t at = 0; at < kItems; ++at) {
        items.push_back(Pair::add(pair.first, "item"));
        for (std::size_t i = 0; i < kNames; ++i) {
            pair.change(pair.first, items[at], "name " + std::to_string(i));
        }
    }
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    for (std::size_t at = 0; at < kItems; at += 10) pair.change(pair.second, items[at], "here");
    for (const core::RecordId& item : items) REQUIRE(pair.first.vault().put_in_trash(item));
    REQUIRE(pair.first.vault().empty_trash());
    REQUIRE(*pair.first.sync(yes));

    pair.server.commits_a_page = 1;
    REQUIRE(*pair.second.sync(yes));
    REQUIRE(*pair.first.sync(yes));
    for (std::size_t at = 0; at < kItems; at += 10) {
        CHECK(old_names(pair.first, items[at]).size() == kNames);
    }
}

// A commit has room for 1,000 changes, so what belongs to the item is removed with a page after the
// one that removes the item, and that page tells that the item is there again.
TEST_CASE("an item that is back before all of it was removed keeps its history",
          "[simulation][mutant:history-of-other-pages][mutant:items-before-parts]") {
    // As many as an item keeps, so that some of the names go with the second commit.
    constexpr int kFiles = 1000;
    constexpr int kNames = 95;
    Pair pair;
    const core::RecordId item =
        add_item_at(pair.first, GENERATE(std::uint8_t{0}, std::uint8_t{255}));
    attach_many(pair.first, item, kFiles, "content");
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random);
    third.join();
    REQUIRE(*third.sync());
    for (int i = 0; i < kNames; ++i) pair.change(third, item, "name " + std::to_string(i));
    REQUIRE(*third.sync());
    REQUIRE(*pair.first.sync());
    pair.change(third, item, "here");
    pair.change(pair.second, item, "there");
    REQUIRE(pair.first.vault().put_in_trash(item));
    REQUIRE(pair.first.vault().empty_trash());
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());

    LyingServer slow(pair.server);
    std::vector<std::size_t> commits;
    pair.server.commits_a_page = 1;
    slow.on_pull = [&](core::PullPage& page) {
        commits.push_back(page.commits.size());
        pair.server.commits_a_page = 100;
    };
    REQUIRE(pair.sync(third, slow));
    REQUIRE(commits.size() > 1);
    CHECK(commits[0] == 1);
    CHECK(commits[1] > 1);
    REQUIRE(*pair.first.sync());
    const auto names = old_names(pair.first, item);
    for (int i = 0; i < kNames; ++i) {
        CHECK(std::find(names.begin(), names.end(), "name " + std::to_string(i)) != names.end());
    }
}

// A commit has room for 1,000 changes: some of the parts go with another page than their item.
TEST_CASE("an item whose removal comes in several pages keeps all its files where it was changed",
          "[simulation][mutant:parts-of-other-pages]") {
    constexpr int kFiles = 550;
    Pair pair;
    const std::vector<core::RecordId> items = {pair.items[0], pair.items[1]};
    for (const core::RecordId& item : items) {
        attach_many(pair.first, item, kFiles, "content");
    }
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    for (const core::RecordId& item : items) {
        pair.change(pair.second, item, "here");
        REQUIRE(pair.first.vault().put_in_trash(item));
    }
    REQUIRE(pair.first.vault().empty_trash());
    REQUIRE(*pair.first.sync());

    LyingServer slow(pair.server);
    int pages = 0;
    slow.on_pull = [&](core::PullPage& page) {
        if (page.commits.size() > 1) page.commits.resize(1);
        ++pages;
    };
    REQUIRE(pair.sync(pair.second, slow));
    CHECK(pages > 1);
    REQUIRE(*pair.first.sync());
    for (const core::RecordId& item : items) {
        const auto back = pair.first.vault().item(item);
        REQUIRE(back);
        REQUIRE(back->attachments.size() == kFiles);
        for (const core::Attachment& attachment : back->attachments) {
            REQUIRE(content_of(pair.first, item, attachment) == "content");
        }
    }
}

}  // namespace sparekey::tests
