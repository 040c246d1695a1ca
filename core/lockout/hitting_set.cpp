#include "core/lockout/hitting_set.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>

namespace sparekey::core {
namespace {

using Element = std::uint32_t;

/// What has been taken, and which clauses that leaves open.
class Search {
  public:
    Search(const std::vector<Clause>& clauses, std::uint64_t& budget)
        : clauses_(clauses), hits_(clauses.size()), reasons_(clauses.size()), budget_(budget) {
        for (std::uint32_t i = 0; i < clauses.size(); ++i) {
            for (const Element element : clauses[i].one_of) in_[element].push_back(i);
            for (const Element element : clauses[i].when) wakes_[element].push_back(i);
        }
    }

    void take(Element element) { change(element, 1), taken_.push_back(element); }
    void put_back() {
        change(taken_.back(), -1);
        taken_.pop_back();
    }
    const std::vector<Element>& taken() const { return taken_; }

    /// Elements that there is no choice about, as long as there are any.
    void take_forced() {
        for (bool more = true; more;) {
            more = false;
            for (std::uint32_t i = 0; i < clauses_.size(); ++i) {
                if (!is_open(i) || clauses_[i].one_of.size() != 1) continue;
                take(clauses_[i].one_of.front());
                more = true;
            }
        }
    }

    /// At most `more` elements more satisfy everything; they are taken then. Nothing if the budget
    /// is used up.
    std::optional<bool> within(std::size_t more) {
        if (budget_ < clauses_.size()) return std::nullopt;
        budget_ -= clauses_.size();
        const auto [lower_bound, clause] = look();
        if (clause == nullptr) return true;
        if (lower_bound > more) return false;
        for (const Element element : by_use(clause->one_of)) {
            take(element);
            const auto found = within(more - 1);
            if (!found || *found) return found;
            put_back();
        }
        return false;
    }

    void finish_greedily() {
        for (;;) {
            const auto [lower_bound, clause] = look();
            if (clause == nullptr) return;
            take(by_use(clause->one_of).front());
        }
    }

  private:
    struct Look {
        std::size_t lower_bound = 0;     // open clauses that share no element
        const Clause* clause = nullptr;  // the shortest open one
    };

    bool is_open(std::uint32_t i) const {
        return hits_[i] == 0 && (clauses_[i].always || reasons_[i] > 0);
    }

    void change(Element element, int by) {
        const auto hit = in_.find(element);
        if (hit != in_.end()) {
            for (const std::uint32_t i : hit->second) hits_[i] += by;
        }
        const auto woken = wakes_.find(element);
        if (woken == wakes_.end()) return;
        for (const std::uint32_t i : woken->second) reasons_[i] += by;
    }

    Look look() {
        Look seen;
        ++round_;
        for (std::uint32_t i = 0; i < clauses_.size(); ++i) {
            if (!is_open(i)) continue;
            const std::vector<Element>& one_of = clauses_[i].one_of;
            if (seen.clause == nullptr || one_of.size() < seen.clause->one_of.size()) {
                seen.clause = &clauses_[i];
            }
            const bool is_apart =
                std::none_of(one_of.begin(), one_of.end(),
                             [this](Element element) { return covered_[element] == round_; });
            if (!is_apart) continue;
            ++seen.lower_bound;
            for (const Element element : one_of) covered_[element] = round_;
        }
        return seen;
    }

    /// Those that satisfy most open clauses first.
    std::vector<Element> by_use(const std::vector<Element>& elements) const {
        std::vector<std::pair<std::size_t, Element>> used;
        for (const Element element : elements) {
            const auto& all = in_.at(element);
            const auto open = std::count_if(all.begin(), all.end(),
                                            [this](std::uint32_t i) { return is_open(i); });
            used.emplace_back(clauses_.size() - static_cast<std::size_t>(open), element);
        }
        std::sort(used.begin(), used.end());
        std::vector<Element> ordered;
        for (const auto& [rank, element] : used) ordered.push_back(element);
        return ordered;
    }

    const std::vector<Clause>& clauses_;
    std::vector<int> hits_;
    std::vector<int> reasons_;
    std::unordered_map<Element, std::vector<std::uint32_t>> in_;
    std::unordered_map<Element, std::vector<std::uint32_t>> wakes_;
    std::unordered_map<Element, std::uint64_t> covered_;
    std::uint64_t round_ = 0;
    std::vector<Element> taken_;
    std::uint64_t& budget_;
};

/// Which clauses have to be seen together.
class Components {
  public:
    explicit Components(Element elements) : leader_(elements) {
        std::iota(leader_.begin(), leader_.end(), Element{0});
    }
    Element leader(Element element) {
        while (leader_[element] != element) {
            leader_[element] = leader_[leader_[element]];
            element = leader_[element];
        }
        return element;
    }
    void join(const Clause& clause) {
        const Element first = leader(clause.one_of.front());
        for (const auto* elements : {&clause.one_of, &clause.when}) {
            for (const Element element : *elements) leader_[leader(element)] = first;
        }
    }

  private:
    std::vector<Element> leader_;
};

/// One component.
HittingSet solve(const std::vector<Clause>& clauses, std::uint64_t& budget) {
    Search search(clauses, budget);
    search.take_forced();
    std::optional<bool> found = false;
    for (std::size_t more = 0; found && !*found; ++more) found = search.within(more);
    if (found) return {true, search.taken()};
    Search greedy(clauses, budget);
    greedy.take_forced();
    greedy.finish_greedily();
    return {false, greedy.taken()};
}

}  // namespace

HittingSet smallest_hitting_set(const std::vector<Clause>& clauses, std::uint32_t elements,
                                std::uint64_t& budget) {
    Components components(elements);
    for (const Clause& clause : clauses) components.join(clause);
    std::unordered_map<Element, std::vector<Clause>> apart;
    std::vector<Element> order;
    for (const Clause& clause : clauses) {
        const Element leader = components.leader(clause.one_of.front());
        if (apart.count(leader) == 0) order.push_back(leader);
        apart[leader].push_back(clause);
    }
    HittingSet all;
    for (const Element leader : order) {
        const HittingSet part = solve(apart[leader], budget);
        all.exact = all.exact && part.exact;
        all.elements.insert(all.elements.end(), part.elements.begin(), part.elements.end());
    }
    std::sort(all.elements.begin(), all.elements.end());
    return all;
}

}  // namespace sparekey::core
