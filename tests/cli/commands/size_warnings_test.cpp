// From which size on something is said.
#include "cli/commands/size_warnings.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

}  // namespace

TEST_CASE("an attachment above 100 MiB is warned of", "[cli][size]") {
    CHECK_FALSE(attachment_size_warning(0));
    CHECK_FALSE(attachment_size_warning(100 * kMiB));
    const auto warning = attachment_size_warning(100 * kMiB + 1);
    REQUIRE(warning);
    CHECK(warning->find("100 MiB") != std::string::npos);
    CHECK(attachment_size_warning(~std::uint64_t{0}));
}

TEST_CASE("an export above 1 GiB is warned of, once", "[cli][size]") {
    ExportSize size;
    CHECK_FALSE(size.add(0));
    for (int i = 0; i < 1024; ++i) CHECK_FALSE(size.add(kMiB));
    const auto warning = size.add(1);
    REQUIRE(warning);
    CHECK(warning->find("1 GiB") != std::string::npos);
    CHECK_FALSE(size.add(1));
    CHECK_FALSE(size.add(2048 * kMiB));
    ExportSize at_once;
    CHECK(at_once.add(1024 * kMiB + 1));
}

}  // namespace sparekey::cli
