// A new file is there whole, or not at all.
#include "storage/folder/new_file.h"

#include "tests/support/program.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

namespace sparekey::storage {
namespace {

using tests::Home;
using Draft = NewFile::Draft;

constexpr Draft kDrafts[] = {Draft::nameless, Draft::named};

std::size_t files_in(const std::string& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator(folder)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a new file has its name when it is kept, and is private", "[storage][files]") {
    for (const Draft draft : kDrafts) {
        const Home home;
        const std::string folder = home.file("new");
        std::filesystem::create_directory(folder);
        const std::string path = folder + "/file";
        ::umask(0);
        {
            NewFile file = NewFile::create(path, draft).value();
            file.write(core::bytes_of("content"));
            CHECK_FALSE(std::filesystem::exists(path));
            REQUIRE(file.keep());
        }
        CHECK(tests::read_text(path) == "content");
        CHECK(files_in(folder) == 1);
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == 0600);
        CHECK(status.st_nlink == 1);
    }
}

TEST_CASE("a file that is not kept leaves nothing, and one that is there stays",
          "[storage][files]") {
    for (const Draft draft : kDrafts) {
        const Home home;
        const std::string folder = home.file("new");
        std::filesystem::create_directory(folder);
        const std::string path = folder + "/file";
        NewFile::create(path, draft).value().write(core::bytes_of("content"));
        CHECK(files_in(folder) == 0);

        auto late = NewFile::create(path, draft).value();
        tests::write_text(path, "somebody else's");
        CHECK(late.keep().error().code == core::ErrorCode::conflict);
        CHECK(NewFile::create(path, draft).error().code == core::ErrorCode::conflict);
        CHECK(tests::read_text(path) == "somebody else's");
        std::filesystem::remove(path);
        std::filesystem::create_symlink("nowhere", path);
        CHECK(NewFile::create(path, draft).error().code == core::ErrorCode::conflict);
    }
}

TEST_CASE("a process that is killed while it writes leaves nothing", "[storage][files][kill]") {
    const Home home;
    const std::string folder = home.file("new");
    std::filesystem::create_directory(folder);
    const pid_t child = ::fork();
    if (child == 0) {
        NewFile file = NewFile::create(folder + "/file").value();
        file.write(core::bytes_of("half of it"));
        ::raise(SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(files_in(folder) == 0);
}

}  // namespace sparekey::storage
