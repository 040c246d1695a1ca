#include "tests/core/lockout/plain_rules.h"

#include <algorithm>

namespace sparekey::tests {
namespace {

bool contains(const std::vector<int>& all, int one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

int PlainRules::channel_strength(int channel, const std::vector<int>& items,
                                 const PlainLoss& loss) const {
    if (loss.channels.count(channel) > 0) return 0;
    if (devices_.count(channel) > 0) return 2;
    bool held = false;
    int strongest = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!items_[i].is_account || !contains(items_[i].holds, channel)) continue;
        held = true;
        strongest = std::max(strongest, items[i]);
    }
    return held ? strongest : 2;
}

std::vector<int> PlainRules::ways(const PlainItem& item, const std::vector<int>& items,
                                  const PlainLoss& loss) const {
    std::vector<int> ways;
    if (item.password) {
        int strength = 2;
        if (!item.factors.empty() && !item.seed) {
            int count = item.codes ? 1 : 0;
            for (const int factor : std::set<int>(item.factors.begin(), item.factors.end())) {
                count += channel_strength(factor, items, loss) > 0 ? 1 : 0;
            }
            strength = std::min(count, 2);
        }
        ways.push_back(loss.vault ? 0 : strength);
    }
    for (const int one : item.signs_in) ways.push_back(channel_strength(one, items, loss));
    for (const int one : item.recovers) {
        ways.push_back(std::min(1, channel_strength(one, items, loss)));
    }
    if (item.codes) ways.push_back(loss.vault ? 0 : 1);
    return ways;
}

std::vector<int> PlainRules::strengths(const PlainLoss& loss, const std::set<int>& firm) const {
    std::vector<int> items(items_.size(), 0);
    for (bool rose = true; rose;) {
        rose = false;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            const PlainItem& item = items_[i];
            int strength = 0;
            const bool is_gone =
                item.is_account && std::any_of(item.holds.begin(), item.holds.end(), [&](int held) {
                    return loss.channels.count(held) > 0 && devices_.count(held) == 0;
                });
            if (is_gone) {
                strength = 0;
            } else if (!item.is_account) {
                strength = loss.vault ? 0 : 2;
            } else {
                for (const int way : ways(item, items, loss)) strength = std::max(strength, way);
                if (firm.count(static_cast<int>(i)) > 0) strength = 2;
            }
            rose = rose || strength > items[i];
            items[i] = strength;
        }
    }
    return items;
}

std::vector<PlainRules::Fate> PlainRules::fates(const PlainLoss& loss) const {
    const std::vector<int> before = strengths({});
    const std::vector<int> after = strengths(loss);
    std::vector<Fate> fates;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        bool weaker = false;
        if (items_[i].is_account) {
            const std::vector<int> old_ways = ways(items_[i], before, {});
            const std::vector<int> new_ways = ways(items_[i], after, loss);
            for (std::size_t w = 0; w < old_ways.size(); ++w) {
                weaker = weaker || new_ways[w] < old_ways[w];
            }
        }
        if (before[i] == 0) {
            fates.push_back(Fate::no_way_in);
        } else if (after[i] == 0) {
            fates.push_back(Fate::lost);
        } else {
            fates.push_back(after[i] == 1 && weaker ? Fate::at_risk : Fate::safe);
        }
    }
    return fates;
}

std::set<int> PlainRules::lost(const std::set<int>& channels, const std::set<int>& firm) const {
    const std::vector<int> before = strengths({}, firm);
    const std::vector<int> after = strengths({channels, false}, firm);
    std::set<int> lost;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (before[i] > 0 && after[i] == 0) lost.insert(static_cast<int>(i));
    }
    return lost;
}

bool PlainRules::is_single_point(int channel, const std::set<int>& firm) const {
    for (const int item : lost({channel}, firm)) {
        const auto& holds = items_[static_cast<std::size_t>(item)].holds;
        if (devices_.count(channel) > 0 || !contains(holds, channel)) return true;
    }
    return false;
}

bool PlainRules::has_single_point(const std::set<int>& firm) const {
    for (int channel = 0; channel < channels_; ++channel) {
        if (is_single_point(channel, firm)) return true;
    }
    return false;
}

std::size_t PlainRules::fewest_spare_keys() const {
    std::size_t fewest = items_.size();
    for (std::uint32_t chosen = 0; chosen < 1U << items_.size(); ++chosen) {
        std::set<int> firm;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if ((chosen >> i & 1U) != 0 && items_[i].is_account) firm.insert(static_cast<int>(i));
        }
        if (firm.size() < fewest && !has_single_point(firm)) fewest = firm.size();
    }
    return fewest;
}

}  // namespace sparekey::tests
