// bench_keystroke VAULT STATE RUNS QUERY...: asks the agent that runs for the first screenful of
// each query, as the finder does at a key, and prints a line each: median and largest nanoseconds
// from question to decoded answer, rows, query.
#include "cli/agent/connection.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace sparekey;

int main(int argc, char** argv) {
    if (argc < 5) return 2;
    const cli::agent::Hello hello{SPAREKEY_VERSION, cli::agent::Wish::ask, argv[1], argv[2],
                                  "bench"};
    auto connection = cli::agent::Connection::open(cli::agent::runtime_folder(), hello);
    if (!connection || !*connection || (*connection)->state() != cli::agent::VaultState::open) {
        std::fputs("bench_keystroke: no agent has this vault open\n", stderr);
        return 1;
    }
    const int runs = std::max(1, std::atoi(argv[3]));
    for (int at = 4; at < argc; ++at) {
        core::Filter filter;
        filter.query = argv[at];
        filter.limit = 100;
        std::vector<std::string> warnings;
        std::vector<long long> times;
        std::size_t rows = 0;
        for (int run = 0; run < runs; ++run) {
            const auto start = std::chrono::steady_clock::now();
            const auto found = (*connection)->ask(cli::agent::Find{filter}, warnings);
            const auto took = std::chrono::steady_clock::now() - start;
            if (!found) return 1;
            rows = found->size();
            times.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(took).count());
        }
        std::sort(times.begin(), times.end());
        std::printf("%lld %lld %zu %s\n", times[times.size() / 2], times.back(), rows, argv[at]);
    }
    return 0;
}
