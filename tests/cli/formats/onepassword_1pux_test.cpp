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
    const auto found = archive->file_that_starts("files/7__");
    REQUIRE(found);
    CHECK(found->name == "files/7__b.txt");
    CHECK(core::text_of(found->data) == "second");
    CHECK_FALSE(archive->file_that_starts("files/70__"));
    CHECK_FALSE(archive->file_that_starts("zzz"));

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

}  // namespace sparekey::cli
