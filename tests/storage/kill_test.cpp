// kill -9 at any moment of a run of writes: no acknowledged one is lost, and every open succeeds.
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace sparekey::storage {
namespace {

/// Writes from `next` on until it is killed; each acknowledged number goes to `pipe`.
[[noreturn]] void write_for_ever(const tests::FolderOnDisk& disk, std::uint32_t next,
                                 int pipe) noexcept {
    const auto folder = disk.open();
    if (!folder) ::_exit(2);
    for (;; ++next) {
        tests::put_item(**folder, "Item " + std::to_string(next % 7), std::to_string(next));
        if (::write(pipe, &next, sizeof next) != sizeof next) ::_exit(3);
    }
}

std::uint32_t last_of(int pipe, std::uint32_t last) {
    std::uint32_t number = 0;
    while (::read(pipe, &number, sizeof number) == sizeof number) last = number;
    return last;
}

}  // namespace

TEST_CASE("no acknowledged write is lost to kill -9, at any of very many moments",
          "[storage][kill]") {
    const tests::FolderOnDisk disk;
    tests::SeededRandom random;
    const std::size_t points = tests::count(1000);
    std::uint32_t acknowledged = 0;
    std::size_t torn = 0;
    for (std::size_t point = 0; point < points; ++point) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t writer = ::fork();
        if (writer == 0) {
            ::close(ends[0]);
            write_for_ever(disk, acknowledged + 1, ends[1]);
        }
        ::close(ends[1]);
        ::usleep(static_cast<unsigned>(random.below(25'000)));
        ::kill(writer, SIGKILL);
        int status = 0;
        ::waitpid(writer, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        const std::uint32_t last = last_of(ends[0], acknowledged);
        ::close(ends[0]);
        const auto folder = disk.open();
        REQUIRE(folder);
        // The write after the last acknowledged one may have been made, and no other.
        std::uint32_t highest = 0;
        for (int i = 0; i < 7; ++i) {
            const auto seen = tests::username_of(**folder, "Item " + std::to_string(i));
            if (!seen) {
                REQUIRE(seen.error().code == core::ErrorCode::not_found);
                continue;
            }
            highest = std::max(highest, static_cast<std::uint32_t>(std::stoul(*seen)));
        }
        REQUIRE(highest >= last);
        REQUIRE(highest <= last + 1);
        torn += highest > last ? 1 : 0;
        acknowledged = highest;
        if (point % 100 == 99) REQUIRE((*folder)->store().verify());
    }
    std::cout << "kill -9: " << points << " points, " << acknowledged << " writes, none lost; "
              << torn << " were durable but not yet acknowledged\n";
    CHECK(acknowledged > points / 2);
}

}  // namespace sparekey::storage
