// Where the agent is met, and what else may lie there.
#include "cli/agent/runtime_folder.h"
#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>

#include <filesystem>

namespace sparekey::cli::agent {

TEST_CASE("what is not ours in /tmp is as no agent, and elsewhere refused", "[cli][agent]") {
    const tests::Home home;
    const std::string path = home.file("sparekey-0");
    const auto is_refused = [&] {
        const auto own = has_socket({path, false});
        const auto shared = has_socket({path, true});
        REQUIRE(shared);
        CHECK_FALSE(*shared);
        return !own && own.error().code == core::ErrorCode::integrity;
    };
    CHECK_FALSE(is_refused());  // nothing lies there
    tests::write_text(path, "a file");
    CHECK(is_refused());
    std::filesystem::remove(path);
    std::filesystem::create_symlink(home.path(), path);
    CHECK(is_refused());
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    ::chmod(path.c_str(), 0755);
    CHECK(is_refused());
    CHECK(prepare({path, true}).error().code == core::ErrorCode::integrity);
    ::chmod(path.c_str(), 0700);
    CHECK_FALSE(is_refused());
    CHECK(prepare({path, true}));
}

}  // namespace sparekey::cli::agent
