#include "cli/completion/values.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::cli {

TEST_CASE("the words of a usage line are offered, without what follows them", "[cli][completion]") {
    using Words = std::vector<std::string>;
    CHECK(completed_values("[list | approve CODE | revoke ID]").words ==
          Words{"list", "approve", "revoke"});
    CHECK(completed_values("current|other").words == Words{"current", "other"});
    const CompletedValues file = completed_values("[FILE | -]");
    CHECK(file.files);
}

}  // namespace sparekey::cli
