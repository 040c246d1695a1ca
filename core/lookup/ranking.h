// The order of answers, over a catalog: how well each item matches, in passes that stop at what
// nobody asked for. `folded` is the query, folded; nothing matches an empty one.
#pragma once

#include "core/lookup/catalog.h"

#include <array>
#include <functional>

namespace sparekey::core {

/// Where an item stands in the catalog's order.
using Place = std::uint32_t;
/// Left out: every entry.
using Wanted = std::function<bool(const Catalog::Entry&)>;

/// One list for each Match, the best first: each item is in the list of its best match only.
using Ranked = std::array<std::vector<Place>, kMatches>;

bool lies_on(const Catalog::Entry& entry, Shelf shelf);

std::vector<Place> first_of_all(const Catalog& catalog, Shelf shelf, std::size_t limit,
                                const Wanted& wanted);
/// Those whose whole title it is: found without a look at the others, as the catalog is in the
/// order of titles.
std::vector<Place> entitled(const Catalog& catalog, std::string_view folded, Shelf shelf,
                            std::size_t limit);
/// Whole as far as the best `limit` items need; what comes after them may be missing.
Ranked rank(const Catalog& catalog, std::string_view folded, Shelf shelf, std::size_t limit,
            const Wanted& wanted);
/// By FuzzyQuery's cost of an item's cheapest text.
std::vector<Place> rank_fuzzily(const Catalog& catalog, std::string_view folded, Shelf shelf,
                                std::size_t limit, const Wanted& wanted);
/// By the distance of their titles.
std::vector<Place> rank_by_distance(const Catalog& catalog, std::string_view folded, Shelf shelf,
                                    std::size_t limit);

}  // namespace sparekey::core
