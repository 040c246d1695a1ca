// bench_lockout: one loss and coverage of made-up vaults, beside the same from scratch for every
// identity: building the strengths anew, as often as there are identities. Prints medians as JSON.
//
// "usual": a third of the items are logins with one of a few providers, a third are recovered by
// mailboxes that are items themselves, all have a password, half of those a second factor.
// "aliases": a mail address of its own for every item, and one provider for all.
#include "core/crypto/system_random.h"
#include "core/lockout/coverage.h"
#include "core/lockout/loss.h"
#include "tests/support/seeded_random.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

namespace sparekey::tests {
namespace {

using core::Facts;
using Kind = core::NamedLink::Kind;

std::string mailbox(std::size_t number) {
    return "email:m" + std::to_string(number) + "@x.example";
}

void link(Facts& facts, Kind kind, std::string name) {
    facts.links.push_back({kind, std::move(name)});
}

std::vector<Facts> usual_vault(std::size_t items, std::size_t mailboxes, SeededRandom& random) {
    std::vector<Facts> all(items);
    for (std::size_t i = 0; i < items; ++i) {
        Facts& facts = all[i];
        facts.title = "item" + std::to_string(i);
        const std::string provider = "google:p" + std::to_string(random.below(5)) + "@x.example";
        if (i < mailboxes) link(facts, Kind::holds, mailbox(i));
        if (random.below(3) == 0) link(facts, Kind::sign_in, provider);
        if (random.below(3) == 0) link(facts, Kind::recovery, mailbox(random.below(mailboxes)));
        facts.has_password = random.below(4) > 0;
        if (random.coin())
            link(facts, Kind::second_factor, random.coin() ? "device:a" : "device:b");
    }
    return all;
}

std::vector<Facts> alias_vault(std::size_t items) {
    std::vector<Facts> all(items);
    for (std::size_t i = 0; i < items; ++i) {
        all[i].title = "item" + std::to_string(i);
        link(all[i], Kind::sign_in, "google:p@x.example");
        link(all[i], Kind::recovery, mailbox(i));
    }
    return all;
}

double milliseconds(const std::function<void()>& work) {
    std::vector<double> times;
    for (int round = 0; round < 5; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work();
        times.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                .count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void measure(const char* name, const std::vector<Facts>& facts, const std::string& lost) {
    const core::Graph graph(facts);
    const double made = milliseconds([&] { core::Graph again(facts); });
    const double loss = milliseconds([&] { core::lose(graph, {lost}); });
    const double anew = milliseconds([&] { core::Standing standing(graph, core::VaultIs::kept); });
    core::Coverage coverage;
    const double covered = milliseconds([&] { coverage = core::cover(graph); });
    const double all_anew = anew * static_cast<double>(graph.channels().size());
    std::printf(
        "{\"vault\":\"%s\",\"items\":%zu,\"identities\":%zu,\"graph_ms\":%.1f,"
        "\"lose_ms\":%.1f,\"coverage_ms\":%.1f,\"coverage_over_all_anew\":%.4f,"
        "\"single_points\":%zu,\"pairs\":%zu,\"spare_keys\":%zu,\"exact\":%s}\n",
        name, graph.item_count(), graph.channels().size(), made, loss, covered, covered / all_anew,
        coverage.single_points.size(), coverage.pairs.size(), coverage.spare_keys.add.size(),
        coverage.spare_keys.exact ? "true" : "false");
    std::fflush(stdout);
}

int run() {
    SeededRandom random(1);
    const std::string provider = "google:p0@x.example";
    measure("usual", usual_vault(1'000, 100, random), provider);
    measure("usual", usual_vault(10'000, 500, random), provider);
    measure("usual", usual_vault(100'000, 500, random), provider);
    measure("aliases", alias_vault(10'000), "google:p@x.example");
    return 0;
}

}  // namespace
}  // namespace sparekey::tests

int main() {
    sparekey::core::start_crypto();
    return sparekey::tests::run();
}
