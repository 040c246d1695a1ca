// QUERY (INTERFACE): exact id, exact title, title/username, prefix, substring (title before user
// name before URL host before tag); one best match or ErrorCode::ambiguous with candidates.
#pragma once

#include "core/ports/record_store.h"

namespace sparekey::core {

/// The one item meant. An exact id finds it on either shelf; else only `shelf` is searched. A miss
/// is ErrorCode::not_found and names the nearest three titles in its hint.
Result<RecordId> resolve_query(RecordStore& store, std::string_view query, Shelf shelf);

struct Filter {
    std::string query;
    std::string tag;
    std::string type;
    std::string url;
    Shelf shelf = Shelf::live;
};
/// For `find`: exact title, prefix, substring, fuzzy, over title, user name, host and tags; best
/// first. An empty query: everything, by title.
std::vector<IndexRow> find(RecordStore& store, const Filter& filter);

}  // namespace sparekey::core
