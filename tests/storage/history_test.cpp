// The history of an item that is edited very often.
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::storage {

TEST_CASE("an item keeps its hundred newest replaced values and can go on being edited",
          "[storage][history]") {
    const tests::FolderOnDisk disk;
    const auto folder = disk.open();
    REQUIRE(folder);
    core::RecordId id;
    for (int i = 0; i < 130; ++i)
        id = tests::put_item(**folder, "Busy", "user" + std::to_string(i));
    const auto kept = (*folder)->store().children(id, core::RecordType::history);
    CHECK(kept.size() == 100);
    CHECK(*tests::username_of(**folder, "Busy") == "user129");
    CHECK((*folder)->store().verify());
}

}  // namespace sparekey::storage
