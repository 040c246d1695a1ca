#include "core/lookup/ranking.h"

#include "core/lookup/fuzzy.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace sparekey::core {
namespace {

constexpr auto kTitlePrefix = static_cast<std::size_t>(Match::title_prefix);
constexpr auto kTitleSubstring = static_cast<std::size_t>(Match::title_substring);

constexpr std::uint32_t kNever = static_cast<std::uint32_t>(-1);

/// 0: title, 1: user name, 2: host, 3: tag.
std::size_t kind_of(const Catalog::Entry& entry, std::size_t text) {
    if (text < 2) return text;
    return text < 2 + entry.hosts ? 2 : 3;
}

/// Texts are too short for what a library does to find one in another: two bytes at a time is
/// quicker.
bool contains(std::string_view text, std::string_view query) {
    if (query.size() < 2) return text.find(query) != std::string_view::npos;
    const auto two = [](const char* at) {
        std::uint16_t both = 0;
        std::memcpy(&both, at, sizeof both);
        return both;
    };
    const std::uint16_t first = two(query.data());
    const std::string_view rest = query.substr(2);
    for (std::size_t at = 0; at + query.size() <= text.size(); ++at) {
        if (two(text.data() + at) == first && text.substr(at + 2, rest.size()) == rest) return true;
    }
    return false;
}

/// One query against one entry after the other.
class Matching {
  public:
    Matching(const Catalog& catalog, std::string_view query)
        : catalog_(catalog),
          query_(query),
          letters_(letters_of(query)),
          pairs_(Pairs::of(query)),
          in_two_(query.find('/') != std::string_view::npos) {}

    /// The best match that is better than `worst`, else `worst`; kMatches is none.
    std::size_t best(const Catalog::Entry& entry, std::size_t worst) const {
        const bool possible =
            (letters_ & ~entry.letters) == 0 && catalog_.pairs(entry).hold(pairs_);
        if (!possible && !in_two_) return worst;
        const auto texts = catalog_.texts(entry);
        if (in_two_ && is_title_and_username(texts)) {
            worst = std::min(worst, static_cast<std::size_t>(Match::title_and_username_equal));
        }
        for (std::size_t i = 0; possible && i < texts.size(); ++i) {
            worst = std::min(worst, match(texts[i], kind_of(entry, i), worst));
        }
        return worst;
    }

  private:
    std::size_t match(const Catalog::Text& text, std::size_t kind, std::size_t worst) const {
        const std::size_t prefix = kTitlePrefix + kind;
        const std::size_t substring = kTitleSubstring + kind;
        if (text.size < query_.size() || (letters_ & ~text.letters) != 0) return kMatches;
        if (kind > 0 && worst <= prefix) return kMatches;
        const std::string_view folded = catalog_.folded(text);
        if (folded.starts_with(query_)) {
            const bool whole = kind == 0 && folded.size() == query_.size();
            return whole ? static_cast<std::size_t>(Match::title_equals) : prefix;
        }
        if (worst <= substring) return kMatches;
        return contains(folded, query_) ? substring : kMatches;
    }

    /// A title may hold a '/' itself, so the lengths decide where the one between stands.
    bool is_title_and_username(std::span<const Catalog::Text> texts) const {
        const std::size_t title = texts[0].size;
        return title + 1 + texts[1].size == query_.size() && query_[title] == '/' &&
               query_.starts_with(catalog_.folded(texts[0])) &&
               query_.ends_with(catalog_.folded(texts[1]));
    }

    const Catalog& catalog_;
    std::string_view query_;
    Letters letters_;
    Pairs pairs_;
    bool in_two_;
};

/// The first match that is not wanted any more, given that items come in their order: the better
/// ones and what it has itself are enough.
std::size_t first_unwanted(const Ranked& ranked, std::size_t limit) {
    std::size_t held = 0;
    for (std::size_t match = 0; match < kMatches; ++match) {
        held += ranked[match].size();
        if (held >= limit) return match;
    }
    return kMatches;
}

/// The cost of its cheapest text, if that is below `below`; else `below`.
std::uint32_t cheapest(const Catalog& catalog, const FuzzyQuery& query, const Catalog::Entry& entry,
                       std::uint32_t below) {
    if (!query.may_fit(entry.letters)) return below;
    for (const Catalog::Text& text : catalog.texts(entry)) {
        below = query.cost(catalog.folded(text), text.letters, below).value_or(below);
    }
    return below;
}

/// Calls `visit` with each entry on the shelf and its place, in order, until it says false.
template <class Visit>
void each_on(const Catalog& catalog, Shelf shelf, Visit visit) {
    for (std::size_t place = 0; place < catalog.size(); ++place) {
        const Catalog::Entry& entry = catalog.entry(place);
        if (lies_on(entry, shelf) && !visit(entry, static_cast<Place>(place))) return;
    }
}

}  // namespace

bool lies_on(const Catalog::Entry& entry, Shelf shelf) {
    return shelf == Shelf::both || entry.trashed == (shelf == Shelf::trash);
}

std::vector<Place> first_of_all(const Catalog& catalog, Shelf shelf, std::size_t limit,
                                const Wanted& wanted) {
    std::vector<Place> places;
    each_on(catalog, shelf, [&](const Catalog::Entry& entry, Place place) {
        if (!wanted || wanted(entry)) places.push_back(place);
        return places.size() < limit;
    });
    return places;
}

std::vector<Place> entitled(const Catalog& catalog, std::string_view folded, Shelf shelf,
                            std::size_t limit) {
    std::vector<Place> places;
    const auto title = [&](Place place) {
        return catalog.folded(catalog.texts(catalog.entry(place)).front());
    };
    Place low = 0;
    for (auto left = static_cast<Place>(catalog.size()); left > 0;) {
        const Place half = left / 2;
        const bool before = title(low + half) < folded;
        low = before ? low + half + 1 : low;
        left = before ? left - half - 1 : half;
    }
    for (; low < catalog.size() && places.size() < limit && title(low) == folded; ++low) {
        if (lies_on(catalog.entry(low), shelf)) places.push_back(low);
    }
    return places;
}

Ranked rank(const Catalog& catalog, std::string_view folded, Shelf shelf, std::size_t limit,
            const Wanted& wanted) {
    Ranked ranked;
    if (folded.empty()) return ranked;
    const Matching matching(catalog, folded);
    std::size_t worst = kMatches;
    each_on(catalog, shelf, [&](const Catalog::Entry& entry, Place place) {
        const std::size_t match = matching.best(entry, worst);
        if (match < worst && (!wanted || wanted(entry))) {
            ranked[match].push_back(place);
            worst = first_unwanted(ranked, limit);
        }
        return worst > 0;
    });
    return ranked;
}

std::vector<Place> rank_fuzzily(const Catalog& catalog, std::string_view folded, Shelf shelf,
                                std::size_t limit, const Wanted& wanted) {
    const FuzzyQuery query(folded);
    std::vector<std::pair<std::uint32_t, Place>> best;  // a heap, the worst on top
    each_on(catalog, shelf, [&](const Catalog::Entry& entry, Place place) {
        const bool full = best.size() >= limit;
        const std::uint32_t below = full ? best.front().first : FuzzyQuery::kAnyCost;
        const std::uint32_t cost = cheapest(catalog, query, entry, below);
        if (cost >= below || (wanted && !wanted(entry))) return true;
        if (full) {
            std::pop_heap(best.begin(), best.end());
            best.pop_back();
        }
        best.emplace_back(cost, place);
        std::push_heap(best.begin(), best.end());
        return true;
    });
    std::sort_heap(best.begin(), best.end());
    std::vector<Place> places;
    for (const auto& [cost, place] : best) places.push_back(place);
    return places;
}

std::vector<Place> rank_by_distance(const Catalog& catalog, std::string_view folded, Shelf shelf,
                                    std::size_t limit) {
    const DistanceFrom query(folded);
    std::vector<std::pair<std::uint32_t, Place>> nearest;  // sorted
    each_on(catalog, shelf, [&](const Catalog::Entry& entry, Place place) {
        const Catalog::Text& title = catalog.texts(entry).front();
        // One that is as far as the last comes after it.
        const std::uint32_t farther = nearest.size() < limit ? kNever : nearest.back().first;
        if (farther == 0) return false;
        const auto distance = query.within(farther - 1, catalog.folded(title), title.letters);
        if (!distance) return true;
        const std::pair found(*distance, place);
        nearest.insert(std::upper_bound(nearest.begin(), nearest.end(), found), found);
        if (nearest.size() > limit) nearest.pop_back();
        return true;
    });
    std::vector<Place> places;
    for (const auto& [distance, place] : nearest) places.push_back(place);
    return places;
}

}  // namespace sparekey::core
