// What the helper prints, cut and forged: nothing outside of it is read.
#include "cli/formats/onepassword_1pux.h"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>

namespace sparekey::cli {
namespace {

std::string number(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xff);
    return text;
}

std::string frame(const std::string& name, const std::string& data) {
    return number(name.size(), 4) + number(data.size(), 8) + name + data;
}

core::Result<ZipArchive> archive_of(const std::string& printed) {
    return ZipArchive::of(core::SecretBytes::copy_of(core::bytes_of(printed)));
}

}  // namespace

TEST_CASE("what the unpacking helper prints is taken apart within its bounds", "[cli][1pux]") {
    const std::string printed = frame("a", "first") + frame("files/7__b.txt", "second") +
                                frame("a", "of the same name") + frame("empty", "");
    const auto archive = archive_of(printed);
    REQUIRE(archive);
    CHECK(core::text_of(archive->file("a").value()) == "first");
    CHECK(archive->file("empty").value().empty());
    CHECK_FALSE(archive->file("b"));
    const auto found = archive->files_that_start("files/7__");
    REQUIRE(found.size() == 1);
    CHECK(found[0].name == "files/7__b.txt");
    CHECK(core::text_of(found[0].data) == "second");
    CHECK(archive->files_that_start("files/70__").empty());
    CHECK(archive->files_that_start("zzz").empty());
    CHECK(archive->files_that_start("").size() == 3);

    // Where one file ends the helper may have ended; anywhere else it was cut off.
    const std::set<std::size_t> ends = {
        0, frame("a", "first").size(),
        (frame("a", "first") + frame("files/7__b.txt", "second")).size(),
        printed.size() - frame("empty", "").size(), printed.size()};
    for (std::size_t size = 0; size <= printed.size(); ++size) {
        INFO(size);
        CHECK(archive_of(printed.substr(0, size)).has_value() == (ends.count(size) != 0));
    }
    CHECK_FALSE(archive_of(number(1, 4) + number(~std::uint64_t{0}, 8) + "a"));
    CHECK_FALSE(archive_of(number(0xfffffffe, 4) + number(0, 8) + "a"));
    const auto refused = archive_of(frame("a", "first") + number(0xffffffff, 4) + "it is\nodd");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::ErrorCode::usage);
    CHECK(refused.error().message.find("it is") != std::string::npos);
    CHECK(refused.error().message.find('\n') == std::string::npos);
}

TEST_CASE("more than 1 GiB of attachments, which one file may be, is refused before it is copied",
          "[cli][1pux][mutant:import-budget]") {
    const std::string field = R"({"id":"f","value":{"file":{"fileName":"f","documentId":"1"}}})";
    std::string fields = field;
    for (int i = 1; i < 300; ++i) fields += "," + field;
    const std::string item = R"({"details":{"sections":[{"fields":[)" + fields + "]}]}}";
    const std::string data = R"({"accounts":[{"vaults":[{"items":[)" + item + "]}]}]}";
    const auto read = [&](std::size_t size, std::size_t& items) {
        const auto archive =
            archive_of(frame("export.data", data) + frame("files/1__f", std::string(size, 'x')));
        REQUIRE(archive);
        ImportNotes notes;
        const auto sink = [&](ImportedItem&& one) {
            CHECK(one.attachments.size() == 300);
            ++items;
            return core::Result<void>();
        };
        return read_1pux_archive(*archive, sink, notes);
    };
    std::size_t items = 0;
    CHECK(read(1 << 10, items));
    CHECK(items == 1);
    const auto refused = read(4 << 20, items);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == core::ErrorCode::usage);
    CHECK(items == 1);
}

TEST_CASE("numbers that are no times are kept as they are", "[cli][1pux]") {
    const auto date_of = [](const std::string& value) {
        const auto archive = archive_of(
            frame("export.data",
                  R"({"accounts":[{"vaults":[{"items":[{"createdAt":)" + value +
                      R"(,"details":{"sections":[{"fields":[{"title":"day","value":{"date":)" +
                      value + "}}]}]}}]}]}]}"));
        REQUIRE(archive);
        std::string found;
        ImportNotes notes;
        const auto read = read_1pux_archive(
            *archive,
            [&](ImportedItem&& item) {
                found = item.patch.fields->at(0).value.expose();
                return core::Result<void>();
            },
            notes);
        REQUIRE(read);
        return found;
    };
    CHECK(date_of("0") == "1970-01-01");
    CHECK(date_of("-1") == "1969-12-31");
    CHECK(date_of("951782400") == "2000-02-29");
    CHECK(date_of("253402300799") == "9999-12-31");
    for (const char* const odd : {"253402300800", "-9223372036854775808", "9223372036854775807"}) {
        CHECK(date_of(odd) == odd);
    }
}

}  // namespace sparekey::cli
