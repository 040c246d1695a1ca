// One opener at a time.
#include "storage/folder/lock.h"

#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

namespace sparekey::storage {

TEST_CASE("a held lock is waited for, then its holder is named", "[storage][lock]") {
    const tests::Home home;
    {
        const auto held = lock_folder(home.path(), "sparekey import");
        REQUIRE(held);
        const auto refused =
            lock_folder(home.path(), "sparekey get", std::chrono::milliseconds(60));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == core::ErrorCode::failed);
        CHECK(refused.error().message.find("sparekey import") != std::string::npos);
        CHECK(refused.error().message.find(std::to_string(::getpid())) != std::string::npos);
    }
    CHECK(lock_folder(home.path(), "sparekey get", std::chrono::milliseconds(60)));
}

}  // namespace sparekey::storage
