// kill -9 at any moment: no acknowledged write is lost, the vault always opens.
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>

namespace sparekey::tests {
namespace {

/// Waits up to `microseconds`, then kills. True if the program had ended with 0 before.
bool finish_or_kill(int child, unsigned microseconds, int signal = SIGKILL) {
    ::usleep(microseconds);
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("a kill during an edit leaves the old value or the new one", "[scenario][kill]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"add", "Counter", "--username", "0", "--generate"}).status == 0);
    SeededRandom random;
    const std::size_t points = count(60);
    std::size_t acknowledged = 0, killed = 0;
    unsigned long long least = 0;
    for (std::size_t i = 1; i <= points; ++i) {
        const int child = home.start({"edit", "counter", "--username", std::to_string(i)});
        const bool done = finish_or_kill(child, static_cast<unsigned>(random.below(220'000)));
        if (done) {
            least = i;
            ++acknowledged;
        } else {
            ++killed;
        }
        if (i % 10 != 0) continue;
        const Outcome seen = home.run({"get", "counter", "username"});
        REQUIRE(seen.status == 0);
        const unsigned long long value = std::stoull(seen.out);
        CHECK(value >= least);
        least = value;
    }
    std::cout << "kill: " << points << " edits, " << acknowledged << " acknowledged, " << killed
              << " killed\n";
    CHECK(home.run({"doctor"}).status == 0);
    CHECK(killed > 0);
}

TEST_CASE("an export or a backup that is interrupted leaves nothing, or all of it",
          "[scenario][kill]") {
    const Home home;
    home.init();
    REQUIRE(home.run({"add", "Large"}).status == 0);
    write_text(home.file("data"), std::string(8 << 20, 'x'));
    REQUIRE(home.run({"attach", "large", home.file("data")}).status == 0);
    std::filesystem::create_directory(home.file("out"));
    const std::string path = home.file("out/file");
    const std::vector<std::vector<std::string>> commands = {{"export", "--yes", "--output", path},
                                                            {"backup", path}};
    SeededRandom random;
    std::size_t killed = 0;
    for (const auto& command : commands) {
        REQUIRE(home.run(command).status == 0);
        const auto whole = std::filesystem::file_size(path);
        std::filesystem::remove(path);
        for (std::size_t i = count(30); i > 0; --i) {
            const int child = home.start(command);
            const int signal = random.below(2) == 0 ? SIGKILL : SIGINT;
            const bool done =
                finish_or_kill(child, static_cast<unsigned>(random.below(300'000)), signal);
            const bool there = std::filesystem::exists(path);
            if (done) CHECK(there);
            if (there) CHECK(std::filesystem::file_size(path) == whole);
            std::filesystem::remove(path);
            REQUIRE(std::filesystem::is_empty(home.file("out")));
            killed += done ? 0 : 1;
        }
    }
    CHECK(killed > 0);
}

}  // namespace sparekey::tests
