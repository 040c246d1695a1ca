// Attachments that many entries name are added up before the first entry is handed on (import
// bombs).
#include "cli/formats/import.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace sparekey::cli {

TEST_CASE("more than 1 GiB of attachments is refused before an item is made",
          "[cli][keepass][mutant:import-budget]") {
    std::string entries;
    SECTION("of entries") {
        for (int i = 0; i < 400; ++i) {
            entries += "<Entry><Binary><Key>f</Key><Value Ref=\"0\"/></Binary></Entry>";
        }
    }
    SECTION("of old versions of one entry") {
        entries = "<Entry><History>";
        for (int i = 0; i < 400; ++i) {
            entries += "<Entry><Binary><Key>f" + std::to_string(i) +
                       "</Key><Value Ref=\"0\"/></Binary></Entry>";
        }
        entries += "</History></Entry>";
    }
    const std::string text = "<KeePassFile><Meta><Binaries><Binary ID=\"0\">" +
                             std::string(4 << 20, 'A') +
                             "</Binary></Binaries></Meta><Root><Group><Name>Root</Name>" + entries +
                             "</Group></Root></KeePassFile>";
    core::SecretBytes file = core::SecretBytes::copy_of(core::bytes_of(text));
    ImportNotes notes;
    std::size_t items = 0;
    const auto sink = [&](ImportedItem&&) -> core::Result<void> {
        ++items;
        return core::unexpected(core::ErrorCode::failed, "enough");
    };
    const auto read = read_keepass_xml(file, sink, notes);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == core::ErrorCode::usage);
    CHECK(items == 0);
}

}  // namespace sparekey::cli
