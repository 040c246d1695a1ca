// The lockout graph against its rules, read plainly, over random vaults.
#include "core/lockout/coverage.h"
#include "core/lockout/loss.h"
#include "tests/core/lockout/plain_rules.h"
#include "tests/support/seeded_random.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>

namespace sparekey::tests {
namespace {

using core::NamedLink;
using core::Node;

/// The same vault twice: as facts, and as the plain rules have it.
class RandomVault {
  public:
    explicit RandomVault(SeededRandom& random) : random_(random) {
        identities_ = 1 + static_cast<int>(random.below(5));
        channels_ = identities_ + static_cast<int>(random.below(3));
        const std::size_t count = 1 + random.below(7);
        for (std::size_t i = 0; i < count; ++i) add_item(i);
    }

    core::Graph graph() const { return core::Graph(facts_); }
    PlainRules rules() const {
        std::set<int> devices;
        for (int channel = identities_; channel < channels_; ++channel) devices.insert(channel);
        return {items_, channels_, std::move(devices)};
    }
    int channels() const { return channels_; }
    const std::vector<PlainItem>& items() const { return items_; }

    /// Every second identity is a Gmail account, which has two names.
    std::string name(int channel) const {
        const std::string number = std::to_string(channel);
        if (channel >= identities_) return "device:d" + number;
        if (channel % 2 == 0) return "email:a" + number + "@x.example";
        return (random_.coin() ? "google:a" : "email:a") + number + "@gmail.com";
    }

    /// Of a name that the graph has for a channel.
    int channel_of(const std::string& name) const {
        return std::stoi(name.substr(name.find(':') + 2));
    }

  private:
    std::vector<int> some(std::size_t one_in) {
        std::vector<int> chosen;
        for (int channel = 0; channel < channels_; ++channel) {
            if (random_.below(one_in) == 0) chosen.push_back(channel);
        }
        return chosen;
    }

    void add_item(std::size_t number) {
        PlainItem item;
        item.is_account = random_.below(8) > 0;
        item.password = random_.below(3) == 0;
        item.seed = random_.below(4) == 0;
        item.codes = random_.below(6) == 0;
        item.signs_in = some(6);
        item.recovers = some(6);
        item.factors = some(5);
        item.holds = some(5);
        core::Facts facts;
        facts.title = "item" + std::to_string(number);
        facts.is_account = item.is_account;
        facts.has_password = item.password;
        facts.has_seed = item.seed;
        facts.recovery_codes = item.codes ? 1 + static_cast<std::uint32_t>(random_.below(3)) : 0;
        const auto link = [&](NamedLink::Kind kind, const std::vector<int>& channels) {
            for (const int channel : channels) facts.links.push_back({kind, name(channel)});
        };
        link(NamedLink::Kind::sign_in, item.signs_in);
        link(NamedLink::Kind::recovery, item.recovers);
        link(NamedLink::Kind::second_factor, item.factors);
        link(NamedLink::Kind::holds, item.holds);
        facts_.push_back(std::move(facts));
        items_.push_back(std::move(item));
    }

    SeededRandom& random_;
    int identities_ = 0;
    int channels_ = 0;
    std::vector<PlainItem> items_;
    std::vector<core::Facts> facts_;
};

std::set<int> as_set(const std::vector<Node>& items) {
    return {items.begin(), items.end()};
}

std::set<int> items_of(const std::vector<core::Affected>& hits) {
    std::set<int> items;
    for (const core::Affected& hit : hits) items.insert(static_cast<int>(hit.item));
    return items;
}

/// From something that is lost, over what it names, to the item; and no name twice.
void check_chains(const core::Graph& graph, const core::Affected& hit,
                  const core::LossReport& report) {
    REQUIRE_FALSE(hit.chains.empty());
    for (const core::Chain& chain : hit.chains) {
        REQUIRE(chain.size() >= 2);
        CHECK(std::count(report.losing.begin(), report.losing.end(), chain.front()) == 1);
        CHECK(chain.back() == graph.name(hit.item));
        CHECK(std::set<std::string>(chain.begin(), chain.end()).size() == chain.size());
    }
}

void check_loss(const RandomVault& vault, SeededRandom& random) {
    PlainLoss loss;
    std::vector<std::string> asked;
    for (int channel = 0; channel < vault.channels(); ++channel) {
        if (random.below(3) > 0) continue;
        loss.channels.insert(channel);
        asked.push_back(vault.name(channel));
    }
    loss.vault = random.below(4) == 0;
    if (loss.vault) asked.emplace_back("vault");
    const core::Graph graph = vault.graph();
    const core::LossReport report = core::lose(graph, asked);
    std::map<PlainRules::Fate, std::set<int>> fates;
    const std::vector<PlainRules::Fate> wanted = vault.rules().fates(loss);
    for (std::size_t i = 0; i < wanted.size(); ++i) fates[wanted[i]].insert(static_cast<int>(i));
    REQUIRE(items_of(report.lost) == fates[PlainRules::Fate::lost]);
    REQUIRE(items_of(report.at_risk) == fates[PlainRules::Fate::at_risk]);
    REQUIRE(report.safe == fates[PlainRules::Fate::safe].size());
    REQUIRE(report.no_way_in == fates[PlainRules::Fate::no_way_in].size());
    for (const core::Affected& hit : report.lost) check_chains(graph, hit, report);
    for (const core::Affected& hit : report.at_risk) {
        check_chains(graph, hit, report);
        REQUIRE_FALSE(hit.left.empty());
    }
}

void check_single_points(const RandomVault& vault, const core::Graph& graph,
                         const core::Coverage& coverage) {
    const PlainRules rules = vault.rules();
    std::map<int, std::set<int>> wanted;
    for (int channel = 0; channel < vault.channels(); ++channel) {
        if (rules.is_single_point(channel)) wanted[channel] = rules.lost({channel});
    }
    std::map<int, std::set<int>> found;
    std::size_t most = ~std::size_t{0};
    for (const core::SinglePoint& point : coverage.single_points) {
        const int channel = vault.channel_of(graph.name(point.channel));
        found[channel] = as_set(point.lost);
        CHECK(point.lost.size() <= most);
        most = point.lost.size();
        std::set<int> at_risk;
        const auto fates = rules.fates({{channel}, false});
        for (std::size_t i = 0; i < fates.size(); ++i) {
            if (fates[i] == PlainRules::Fate::at_risk) at_risk.insert(static_cast<int>(i));
        }
        REQUIRE(as_set(point.at_risk) == at_risk);
    }
    REQUIRE(found == wanted);
}

void check_pairs(const RandomVault& vault, const core::Graph& graph,
                 const core::Coverage& coverage) {
    const PlainRules rules = vault.rules();
    std::map<std::set<int>, std::set<int>> wanted;
    for (int first = 0; first < vault.channels(); ++first) {
        for (int second = 0; second < first; ++second) {
            std::set<int> lost = rules.lost({first, second});
            for (const int alone : {first, second}) {
                for (const int item : rules.lost({alone})) lost.erase(item);
            }
            if (!lost.empty()) wanted[{first, second}] = lost;
        }
    }
    std::map<std::set<int>, std::set<int>> found;
    for (const core::FatalPair& pair : coverage.pairs) {
        found[{vault.channel_of(graph.name(pair.first)),
               vault.channel_of(graph.name(pair.second))}] = as_set(pair.lost);
    }
    REQUIRE(found == wanted);
}

void check_coverage(const RandomVault& vault) {
    const core::Graph graph = vault.graph();
    const core::Coverage coverage = core::cover(graph);
    check_single_points(vault, graph, coverage);
    check_pairs(vault, graph, coverage);
    const PlainRules rules = vault.rules();
    const std::vector<int> strengths = rules.strengths({});
    const std::vector<int> without_vault = rules.strengths({{}, true});
    std::set<int> weak, closed;
    std::size_t lost_with_vault = 0;
    for (std::size_t i = 0; i < strengths.size(); ++i) {
        if (strengths[i] == 1) weak.insert(static_cast<int>(i));
        if (strengths[i] == 0) closed.insert(static_cast<int>(i));
        if (strengths[i] > 0 && without_vault[i] == 0) ++lost_with_vault;
    }
    REQUIRE(as_set(coverage.weak) == weak);
    REQUIRE(as_set(coverage.no_way_in) == closed);
    REQUIRE(coverage.lost_with_vault == lost_with_vault);
}

}  // namespace

TEST_CASE("a loss does to random vaults what the rules say", "[core][lockout]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(10'000); ++i) {
        const RandomVault vault(random);
        check_loss(vault, random);
    }
}

TEST_CASE("coverage names every single point and pair of random vaults",
          "[core][lockout][mutant:lockout-own-account]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(10'000); ++i) check_coverage(RandomVault(random));
}

TEST_CASE("spare keys leave no single point, and are the fewest", "[core][lockout]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(3'000); ++i) {
        const RandomVault vault(random);
        const core::SpareKeys keys = core::spare_keys(vault.graph());
        std::set<int> firm;
        for (const core::SpareKey& key : keys.add) {
            firm.insert(static_cast<int>(key.item));
            CHECK(key.why.starts_with("losing "));
            REQUIRE(vault.items()[key.item].is_account);
        }
        REQUIRE(keys.exact);
        REQUIRE_FALSE(vault.rules().has_single_point(firm));
        REQUIRE(firm.size() == vault.rules().fewest_spare_keys());
    }
}

TEST_CASE("spare keys that were not worth finding out about leave no single point either",
          "[core][lockout]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(3'000); ++i) {
        const RandomVault vault(random);
        const core::SpareKeys keys = core::spare_keys(vault.graph(), 0);
        std::set<int> firm;
        for (const core::SpareKey& key : keys.add) firm.insert(static_cast<int>(key.item));
        REQUIRE_FALSE(vault.rules().has_single_point(firm));
        REQUIRE(keys.exact == keys.add.empty());
    }
}

TEST_CASE("what changed and was put back is as it was", "[core][lockout]") {
    SeededRandom random;
    for (std::size_t i = 0; i < count(2'000); ++i) {
        const RandomVault vault(random);
        const core::Graph graph = vault.graph();
        const core::Standing fresh(graph, core::VaultIs::kept);
        core::Standing used = fresh;
        for (const Node channel : graph.channels()) used.lose({&channel, 1});
        used.lose({});
        for (Node node = 0; node < graph.node_count(); ++node) {
            REQUIRE(used.of(node) == fresh.of(node));
        }
    }
}

}  // namespace sparekey::tests
