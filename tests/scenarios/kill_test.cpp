// kill -9 at any moment: no acknowledged write is lost, the vault always opens.
#include "tests/support/program.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace sparekey::tests {
namespace {

/// Waits up to `microseconds`, then kills. True if the program had ended with 0 before.
bool finish_or_kill(int child, unsigned microseconds) {
    ::usleep(microseconds);
    ::kill(child, SIGKILL);
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

}  // namespace sparekey::tests
