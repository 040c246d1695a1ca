// Every table of a store, as what copies, compares and empties stores goes through them.
//
// Rows come in the order of their keys, which are bytes and numbers and so sort alike in both
// databases. A table that is forgotten here would be lost by a backup: a test compares this list
// with the schemas.
#pragma once

#include "sync/server/store/sql/session.h"

#include <span>

namespace sparekey::sync {

struct Table {
    const char* name;
    std::size_t columns;             // the keys first
    std::size_t page;                // rows that are in memory at once
    std::vector<Cell> before_first;  // keys that come before all others
    const Query& select;             // with keys after these, at most so many
    const Query& insert;
    const Query& empty;
};

/// In an order in which they can be filled.
std::span<const Table> tables();

/// Calls `visit` with every row of a table.
void for_each_row(Session& session, const Table& table,
                  const std::function<void(const Row&)>& visit);

/// What a row's cell is as a parameter; the cell outlives it.
Value value_of(const Cell& cell);

}  // namespace sparekey::sync
