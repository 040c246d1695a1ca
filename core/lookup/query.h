// QUERY (INTERFACE): exact id, exact title, title/username, prefix, substring (title before user
// name before URL host before tag); one best match or ErrorCode::ambiguous with candidates.
//
// Two ways to the same answer: a catalog, which is one pass over memory and takes a whole reading
// of the index to build; or the store's own index, which needs no building and only finds. A
// property test holds the two together.
#pragma once

#include "core/lookup/catalog.h"

namespace sparekey::core {

/// The one item meant. An exact id finds it on either shelf; else only `shelf` is searched. A miss
/// is ErrorCode::not_found.
Result<RecordId> resolve_query(RecordStore& store, std::string_view query, Shelf shelf);
/// The same; a miss names the nearest three titles in its hint.
Result<RecordId> resolve_query(const Catalog& catalog, std::string_view query, Shelf shelf);

struct Filter {
    std::string query;
    std::string tag;
    std::string type;
    std::string url;
    Shelf shelf = Shelf::live;
    std::uint64_t limit = 0;  // only the best so many; 0: all
};
/// For `find`: exact title, prefix, substring, fuzzy, over title, user name, host and tags; best
/// first. An empty query: everything, by title.
std::vector<IndexRow> find(const Catalog& catalog, const Filter& filter);

}  // namespace sparekey::core
