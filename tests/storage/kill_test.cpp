// kill -9 at any moment of a run of writes: no acknowledged one is lost, and every open succeeds.
#include "tests/support/store.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace sparekey::storage {
namespace {

/// Writes from `next` on until it is killed; each acknowledged number goes to `pipe`, `next − 1`
/// as soon as the vault is open.
[[noreturn]] void write_for_ever(const tests::FolderOnDisk& disk, std::uint32_t next,
                                 int pipe) noexcept {
    const auto folder = disk.open();
    if (!folder) ::_exit(2);
    const auto acknowledge = [pipe](std::uint32_t number) {
        if (::write(pipe, &number, sizeof number) != sizeof number) ::_exit(3);
    };
    acknowledge(next - 1);
    for (;; ++next) {
        tests::put_item(**folder, "Item " + std::to_string(next % 7), std::to_string(next));
        acknowledge(next);
    }
}

/// The last number that comes out of `pipe` before its end, or the `most`-th.
std::uint32_t last_of(int pipe, std::uint32_t last,
                      std::size_t most = static_cast<std::size_t>(-1)) {
    std::uint32_t number = 0;
    for (; most > 0 && ::read(pipe, &number, sizeof number) == sizeof number; --most) last = number;
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
        // After 0 to 7 acknowledgements, so that a busy machine does as many writes as an idle one,
        // and a moment more, which falls into an open or a write.
        const std::uint32_t seen = last_of(ends[0], acknowledged, random.below(8));
        ::usleep(static_cast<unsigned>(random.below(3'000)));
        ::kill(writer, SIGKILL);
        int status = 0;
        ::waitpid(writer, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        const std::uint32_t last = last_of(ends[0], seen);
        ::close(ends[0]);
        const auto folder = disk.open();
        REQUIRE(folder);
        // The write after the last acknowledged one may have been made, and no other.
        std::uint32_t highest = 0;
        for (int i = 0; i < 7; ++i) {
            const auto name = tests::username_of(**folder, "Item " + std::to_string(i));
            if (!name) {
                REQUIRE(name.error().code == core::ErrorCode::not_found);
                continue;
            }
            highest = std::max(highest, static_cast<std::uint32_t>(std::stoul(*name)));
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
