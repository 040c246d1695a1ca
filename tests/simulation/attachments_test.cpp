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

}  // namespace sparekey::tests
