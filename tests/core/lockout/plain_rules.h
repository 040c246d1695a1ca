// docs/LOCKOUT.md once more, as plainly as it stands there and nothing of core/lockout in it:
// rounds over every item until nothing rises, subsets tried one by one. For graphs of a handful of
// items.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace sparekey::tests {

/// An item of the rules. Accounts are numbers; which name of an account is meant does not matter
/// here.
struct PlainItem {
    bool is_account = true;
    bool password = false;
    bool seed = false;
    bool codes = false;
    std::vector<int> signs_in, recovers, factors, holds;
};

struct PlainLoss {
    std::set<int> channels;
    bool vault = false;
};

class PlainRules {
  public:
    PlainRules(std::vector<PlainItem> items, int channels, std::set<int> devices)
        : items_(std::move(items)), channels_(channels), devices_(std::move(devices)) {}

    /// 0, 1 or 2 of each item; those of `firm` have a firm way in of their own.
    std::vector<int> strengths(const PlainLoss& loss, const std::set<int>& firm = {}) const;
    enum class Fate { no_way_in, lost, at_risk, safe };
    std::vector<Fate> fates(const PlainLoss& loss) const;
    /// Items that `channels` lose together; without `firm` those that hold none of them.
    std::set<int> lost(const std::set<int>& channels, const std::set<int>& firm = {}) const;
    bool has_single_point(const std::set<int>& firm = {}) const;
    bool is_single_point(int channel, const std::set<int>& firm = {}) const;
    /// The size of the smallest set of accounts that leaves no single point.
    std::size_t fewest_spare_keys() const;

  private:
    int channel_strength(int channel, const std::vector<int>& items, const PlainLoss& loss) const;
    std::vector<int> ways(const PlainItem& item, const std::vector<int>& items,
                          const PlainLoss& loss) const;

    std::vector<PlainItem> items_;
    int channels_;
    std::set<int> devices_;
};

}  // namespace sparekey::tests
