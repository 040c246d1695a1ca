// Whole stores, row by row: copied, compared, emptied.
#pragma once

#include "sync/server/store/upkeep/tables.h"

#include <map>
#include <string>

namespace sparekey::sync {

/// How many rows each table has, and a SHA-256 over all of them, in order.
struct Contents {
    std::map<std::string, std::uint64_t> rows;
    Hash digest{};
    friend bool operator==(const Contents&, const Contents&) = default;

    bool is_empty() const;
};
Contents contents_of(Session& session);

/// Into tables that are empty.
void copy_rows(Session& from, Session& to);
void empty_tables(Session& session);

}  // namespace sparekey::sync
