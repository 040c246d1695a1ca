// An attachment that one commit has no room for.
#include "tests/simulation/attachments.h"

#include "core/vault/item_writer.h"
#include "tests/simulation/lied_to.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::tests {
namespace {

/// Its record comes before nearly every other in the order of ids, in which records are sent.
core::RecordId add_early_item(SimulatedDevice& device) {
    core::ItemPatch patch;
    patch.title = "early";
    for (;;) {
        const core::RecordId item = device.vault().add(patch)->id;
        if (item.bytes[0] == 0) return item;
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

}  // namespace

TEST_CASE("an item goes to the account no earlier than its attachments",
          "[simulation][mutant:chunks-first]") {
    Pair pair;
    const core::RecordId item = add_early_item(pair.first);
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

// A removes an item, B, which had not heard of its file yet, brings it back, and C, which has the
// file, changes it meanwhile: the file's chunks were removed with the item that is there again.
TEST_CASE("an item that somebody else brings back takes along what is only here",
          "[simulation][mutant:returned-parts]") {
    Pair pair;
    const core::RecordId& item = pair.items[0];
    REQUIRE(*pair.second.sync());
    SimulatedDevice third(pair.keys, "C", &pair.time_ms, pair.server, pair.random);
    third.join();
    REQUIRE(*third.sync());

    attach(third, item, "file", "what file says");
    pair.change(third, item, "once");
    pair.change(third, item, "twice");
    REQUIRE(*third.sync());
    REQUIRE(*pair.first.sync());
    pair.change(third, item, "here");
    pair.change(pair.second, item, "there");
    REQUIRE(pair.first.vault().put_in_trash(item));
    REQUIRE(pair.first.vault().empty_trash());
    REQUIRE(*pair.first.sync());
    REQUIRE(*pair.second.sync());
    CHECK(pair.second.vault().item(item)->attachments.empty());

    for (SimulatedDevice* const device : {&third, &pair.first, &pair.second, &third}) {
        REQUIRE(*device->sync());
    }
    for (SimulatedDevice* const device : {&pair.first, &pair.second, &third}) {
        const auto back = device->vault().item(item);
        REQUIRE(back);
        REQUIRE(back->attachments.size() == 1);
        CHECK(content_of(*device, item, back->attachments[0]) == "what file says");
        const auto names = old_names(*device, item);
        CHECK(std::find(names.begin(), names.end(), "once") != names.end());
        CHECK(device->records().disk.differences.empty());
    }
}

// A commit has room for 1,000 changes: some of the parts go with another page than their item.
TEST_CASE("an item whose removal comes in several pages keeps all its files where it was changed",
          "[simulation][mutant:parts-of-other-pages]") {
    constexpr int kFiles = 550;
    Pair pair;
    const std::vector<core::RecordId> items = {pair.items[0], pair.items[1]};
    for (const core::RecordId& item : items) {
        for (int i = 0; i < kFiles; ++i) attach(pair.first, item, std::to_string(i), "content");
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
